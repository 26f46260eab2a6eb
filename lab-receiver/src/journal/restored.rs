//! What has to be told again to a host that was restored to an earlier moment.

use anyhow::Result;
use domain::id::OrderId;
use rusqlite::params;

use super::{Journal, lines, lines::LineRow, now};

impl Journal {
    /// Reports and claims since a moment; how many of each.
    pub fn tell_again_since(&self, after: i64) -> Result<(usize, usize)> {
        self.transact(|t| {
            let reports = t.execute(
                "UPDATE outbox SET sent_at = NULL, refused = NULL, later = NULL WHERE made_at >= ?1",
                [after],
            )?;
            let claims = t.execute(
                "UPDATE lines SET claim_at = 0 WHERE changed_at >= ?1
                 AND state IN ('claimed', 'handing', 'handed', 'printed', 'shipped')",
                [after],
            )?;
            Ok((reports, claims))
        })
    }

    /// Everything of one order: the host offers a delivery as new that is known here.
    pub fn tell_again(&self, order: OrderId) -> Result<()> {
        self.transact(|t| {
            let id = order.to_string();
            t.execute(
                "UPDATE outbox SET sent_at = NULL, refused = NULL, later = NULL WHERE order_id = ?1",
                [&id],
            )?;
            // Of damaged files the host has to hear again, too.
            t.execute(
                "UPDATE deliveries SET again_sent = 0 WHERE order_id = ?1 AND state = 'damaged'",
                [&id],
            )?;
            t.execute("UPDATE lines SET claim_at = 0 WHERE order_id = ?1 AND claim_at IS NOT NULL", [&id])?;
            Ok(())
        })
    }

    /// The host does not know the order of a report; it may come back.
    pub fn report_later(&self, report: &str, at: i64) -> Result<()> {
        self.transact(|t| {
            t.execute("UPDATE outbox SET later = ?2 WHERE report = ?1", params![report, at])?;
            Ok(())
        })
    }

    pub fn lines_to_claim_again(&self) -> Result<Vec<LineRow>> {
        self.read(|c| lines::select(c, "claim_at <= ?1", [now()]))
    }

    /// `later`: ask again then.
    pub fn claimed_again(&self, row: &LineRow, later: Option<i64>) -> Result<()> {
        self.transact(|t| {
            t.execute(
                "UPDATE lines SET claim_at = ?4 WHERE order_id = ?1 AND line = ?2 AND attempt = ?3",
                params![row.order.to_string(), row.line, row.attempt, later],
            )?;
            Ok(())
        })
    }

    pub fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        self.transact(|t| {
            t.execute("REPLACE INTO settings (name, value) VALUES (?1, ?2)", [name, value])?;
            Ok(())
        })
    }
}
