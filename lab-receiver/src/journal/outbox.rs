//! Reports on their way to the host: written with what they tell about, kept until the host has them.

use anyhow::{Context, Result};
use domain::{fulfilment::LineReport, id::OrderId, order::Stage};
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Journal, now};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    pub report: String,
    pub order: OrderId,
    pub at: i64,
    pub lines: Vec<LineReport>,
    #[serde(default)]
    pub tracking: Option<String>,
}

pub(super) fn line(line: u32, attempt: u32, stage: Stage, hold: Option<String>) -> LineReport {
    LineReport { line, attempt, stage, hold }
}

pub(super) fn enqueue(
    t: &Transaction<'_>,
    order: OrderId,
    lines: Vec<LineReport>,
    tracking: Option<String>,
) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut random = [0u8; 8];
    getrandom::fill(&mut random).context("the operating system gave no randomness")?;
    let report = format!("{:016x}", u64::from_be_bytes(random));
    let pending = Pending { report: report.clone(), order, at: now(), lines, tracking };
    t.execute(
        "INSERT INTO outbox (report, order_id, body, made_at) VALUES (?1, ?2, ?3, ?4)",
        params![report, order.to_string(), serde_json::to_string(&pending)?, now()],
    )?;
    Ok(())
}

impl Journal {
    /// In the order they happened.
    pub fn pending_reports(&self) -> Result<Vec<Pending>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT body FROM outbox WHERE sent_at IS NULL AND refused IS NULL
                 AND (later IS NULL OR later <= ?1) ORDER BY made_at, rowid LIMIT 100",
            )?;
            let bodies: Vec<String> = query.query_map([now()], |r| r.get(0))?.collect::<Result<_, _>>()?;
            bodies.iter().map(|b| Ok(serde_json::from_str(b)?)).collect()
        })
    }

    pub fn report_sent(&self, report: &str) -> Result<()> {
        self.transact(|t| {
            t.execute("UPDATE outbox SET sent_at = ?2 WHERE report = ?1", params![report, now()])?;
            Ok(())
        })
    }

    /// The host will never take it; it stays for the records.
    pub fn report_refused(&self, report: &str, why: &str) -> Result<()> {
        self.transact(|t| {
            t.execute("UPDATE outbox SET refused = ?2 WHERE report = ?1", params![report, why])?;
            Ok(())
        })
    }

    /// How many wait, and how many the host refused.
    pub fn report_counts(&self) -> Result<(i64, i64)> {
        self.read(|c| {
            let sql = "SELECT sum(sent_at IS NULL AND refused IS NULL), sum(refused IS NOT NULL) FROM outbox";
            Ok(c.query_row(sql, [], |r| {
                Ok((r.get::<_, Option<i64>>(0)?.unwrap_or(0), r.get::<_, Option<i64>>(1)?.unwrap_or(0)))
            })?)
        })
    }
}
