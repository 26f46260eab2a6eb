//! Lines and their way through a printer. A change of stage or hold writes its report in the same step.

use anyhow::{Result, bail};
use domain::{id::OrderId, order::Stage};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Journal, now, outbox, parsed};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Its files are not all here yet.
    Received,
    /// May be printed.
    Waiting,
    /// The host granted its copies to this receiver; no device has seen it.
    Claimed,
    /// Being handed over: after a crash here nobody knows.
    Handing,
    /// A device has it.
    Handed,
    Printed,
    Shipped,
    Cancelled,
    /// A later attempt took its place before it was printed.
    Superseded,
}

const STATES: [(LineState, &str); 9] = [
    (LineState::Received, "received"),
    (LineState::Waiting, "waiting"),
    (LineState::Claimed, "claimed"),
    (LineState::Handing, "handing"),
    (LineState::Handed, "handed"),
    (LineState::Printed, "printed"),
    (LineState::Shipped, "shipped"),
    (LineState::Cancelled, "cancelled"),
    (LineState::Superseded, "superseded"),
];

impl LineState {
    pub fn as_str(self) -> &'static str {
        STATES.iter().find(|(s, _)| *s == self).map_or("received", |(_, text)| text)
    }
    fn parse(text: &str) -> Self {
        STATES.iter().find(|(_, t)| *t == text).map_or(Self::Received, |(s, _)| *s)
    }
    fn stage(self) -> Option<Stage> {
        Some(match self {
            Self::Received => Stage::Received,
            Self::Waiting => Stage::Verified,
            Self::Claimed | Self::Handing | Self::Handed => Stage::Printing,
            Self::Printed => Stage::Printed,
            Self::Shipped => Stage::Shipped,
            Self::Cancelled | Self::Superseded => return None,
        })
    }
}

/// Why a person is needed decides what `release` may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// It may have been printed: only a person who looks can say.
    Uncertain,
    /// The device stopped or refused it before printing: release tries again.
    Device,
    /// No printer is configured for it.
    Setup,
    /// An earlier attempt of the line was printed.
    Repeat,
    /// Another receiver of this lab claimed it.
    Elsewhere,
}

const KINDS: [(HoldKind, &str); 5] = [
    (HoldKind::Uncertain, "uncertain"),
    (HoldKind::Device, "device"),
    (HoldKind::Setup, "setup"),
    (HoldKind::Repeat, "repeat"),
    (HoldKind::Elsewhere, "elsewhere"),
];

impl HoldKind {
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(k, _)| *k == self).map_or("uncertain", |(_, text)| text)
    }
    fn parse(text: &str) -> Self {
        KINDS.iter().find(|(_, t)| *t == text).map_or(Self::Uncertain, |(k, _)| *k)
    }
}

#[derive(Clone, Debug)]
pub struct LineRow {
    pub order: OrderId,
    pub line: u32,
    pub attempt: u32,
    /// The attempt whose files it prints.
    pub delivery: u32,
    pub number: String,
    pub copies: u32,
    pub state: LineState,
    pub hold: Option<String>,
    pub hold_kind: Option<HoldKind>,
    pub printer: Option<String>,
    pub device_job: Option<String>,
    /// Counts how often a person had it printed again: part of file and job names.
    pub round: u32,
    pub remake_reason: Option<String>,
    pub changed_at: i64,
}

const COLUMNS: &str = "order_id, line, attempt, delivery, number, copies, state, hold, hold_kind, printer, \
                       device_job, round, remake_reason, changed_at";

fn read(row: &Row<'_>) -> Result<LineRow> {
    Ok(LineRow {
        order: parsed(&row.get::<_, String>(0)?)?,
        line: row.get(1)?,
        attempt: row.get(2)?,
        delivery: row.get(3)?,
        number: row.get(4)?,
        copies: row.get(5)?,
        state: LineState::parse(&row.get::<_, String>(6)?),
        hold: row.get(7)?,
        hold_kind: row.get::<_, Option<String>>(8)?.as_deref().map(HoldKind::parse),
        printer: row.get(9)?,
        device_job: row.get(10)?,
        round: row.get(11)?,
        remake_reason: row.get(12)?,
        changed_at: row.get(13)?,
    })
}

pub(super) fn select(c: &Connection, condition: &str, values: impl rusqlite::Params) -> Result<Vec<LineRow>> {
    let sql = format!("SELECT {COLUMNS} FROM lines WHERE {condition} ORDER BY number, line, attempt");
    let mut query = c.prepare_cached(&sql)?;
    let mut rows = query.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

pub(super) fn one(c: &Connection, order: &str, line: u32, attempt: u32) -> Result<Option<LineRow>> {
    Ok(select(c, "order_id = ?1 AND line = ?2 AND attempt = ?3", params![order, line, attempt])?.pop())
}

/// Writes the row as it now is; reports it when its stage or hold differ from before.
fn store(t: &Transaction<'_>, now_is: &LineRow, tracking: Option<String>) -> Result<()> {
    let id = now_is.order.to_string();
    let Some(was) = one(t, &id, now_is.line, now_is.attempt)? else {
        bail!("line {} of order {} is not in the journal", now_is.line, now_is.number);
    };
    t.execute(
        "UPDATE lines SET state = ?4, hold = ?5, hold_kind = ?6, printer = ?7, device_job = ?8, round = ?9, changed_at = ?10
         WHERE order_id = ?1 AND line = ?2 AND attempt = ?3",
        params![
            id, now_is.line, now_is.attempt, now_is.state.as_str(), now_is.hold,
            now_is.hold_kind.map(HoldKind::as_str), now_is.printer, now_is.device_job, now_is.round, now()
        ],
    )?;
    if let Some(stage) = now_is.state.stage()
        && (was.state.stage() != Some(stage) || was.hold != now_is.hold)
    {
        let report = outbox::line(now_is.line, now_is.attempt, stage, now_is.hold.clone());
        outbox::enqueue(t, now_is.order, vec![report], tracking)?;
    }
    Ok(())
}

impl Journal {
    pub fn lines(&self) -> Result<Vec<LineRow>> {
        self.read(|c| select(c, "true", []))
    }

    /// Ready for the next step, and not waiting for a person.
    pub fn printable_lines(&self) -> Result<Vec<LineRow>> {
        self.read(|c| select(c, "hold IS NULL AND state IN ('waiting', 'claimed', 'handing', 'handed')", []))
    }

    pub fn held_lines(&self) -> Result<Vec<LineRow>> {
        self.read(|c| select(c, "hold IS NOT NULL AND state NOT IN ('cancelled', 'superseded')", []))
    }

    pub fn lines_of(&self, order: OrderId) -> Result<Vec<LineRow>> {
        self.read(|c| select(c, "order_id = ?1", [order.to_string()]))
    }

    /// The newest attempt of a line.
    pub fn newest_line(&self, order: OrderId, line: u32) -> Result<Option<LineRow>> {
        Ok(self.read(|c| select(c, "order_id = ?1 AND line = ?2", params![order.to_string(), line]))?.pop())
    }

    /// Changes a row if it is still in `from`; tells whether it was.
    pub fn advance(&self, row: &LineRow, from: LineState, change: impl FnOnce(&mut LineRow)) -> Result<bool> {
        self.transact(|t| {
            let found = one(t, &row.order.to_string(), row.line, row.attempt)?;
            let Some(mut current) = found.filter(|r| r.state == from) else { return Ok(false) };
            change(&mut current);
            store(t, &current, None)?;
            Ok(true)
        })
    }

    /// Changes all rows of one job, if every one is still in `from`; or none.
    pub fn advance_all(
        &self,
        rows: &[LineRow],
        from: LineState,
        change: impl Fn(&mut LineRow),
    ) -> Result<bool> {
        self.transact(|t| {
            let mut current = Vec::new();
            for row in rows {
                match one(t, &row.order.to_string(), row.line, row.attempt)? {
                    Some(found) if found.state == from && found.hold.is_none() => current.push(found),
                    _ => return Ok(false),
                }
            }
            for row in &mut current {
                change(row);
                store(t, row, None)?;
            }
            Ok(!current.is_empty())
        })
    }

    pub fn hold(&self, row: &LineRow, kind: HoldKind, why: &str) -> Result<()> {
        let changed = self.advance(row, row.state, |r| {
            r.hold = Some(why.to_owned());
            r.hold_kind = Some(kind);
        })?;
        if changed {
            self.note(Some(&row.order.to_string()), Some(row.line), &format!("held: {why}"))?;
        }
        Ok(())
    }

    /// Another try of a line that was printed, with the files that are here.
    pub fn remake(&self, row: &LineRow, reason: &str) -> Result<u32> {
        self.transact(|t| {
            let attempt = row.attempt + 1;
            t.execute(
                "INSERT INTO lines (order_id, line, attempt, delivery, number, copies, state, remake_reason, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8)",
                params![row.order.to_string(), row.line, attempt, row.delivery, row.number, row.copies, reason, now()],
            )?;
            let report = outbox::line(row.line, attempt, Stage::Verified, None);
            outbox::enqueue(t, row.order, vec![report], None)?;
            Ok(attempt)
        })
    }

    /// All printed lines of an order have left. Tells how many there were.
    pub fn ship(&self, order: OrderId, tracking: Option<String>) -> Result<usize> {
        self.ship_those(order, tracking, |_| true)
    }

    /// The printed lines that `leaves` names have left.
    pub fn ship_those(
        &self,
        order: OrderId,
        tracking: Option<String>,
        leaves: impl Fn(&LineRow) -> bool,
    ) -> Result<usize> {
        self.transact(|t| {
            let mut rows = select(t, "order_id = ?1 AND state = 'printed'", [order.to_string()])?;
            rows.retain(&leaves);
            for row in &rows {
                t.execute(
                    "UPDATE lines SET state = 'shipped', hold = NULL, hold_kind = NULL, changed_at = ?4
                     WHERE order_id = ?1 AND line = ?2 AND attempt = ?3",
                    params![order.to_string(), row.line, row.attempt, now()],
                )?;
            }
            let reports =
                rows.iter().map(|r| outbox::line(r.line, r.attempt, Stage::Shipped, None)).collect();
            outbox::enqueue(t, order, reports, tracking)?;
            Ok(rows.len())
        })
    }

    /// Printed by this printer, and not known to have left.
    pub fn printed_by(&self, printer: &str) -> Result<Vec<LineRow>> {
        self.read(|c| select(c, "printer = ?1 AND state = 'printed' AND device_job IS NOT NULL", [printer]))
    }

    /// Whether no line of this delivery needs its files any more, and since when.
    pub fn settled_since(&self, order: OrderId) -> Result<Option<i64>> {
        self.read(|c| {
            let sql =
                "SELECT max(changed_at), sum(state NOT IN ('printed', 'shipped', 'cancelled', 'superseded'))
                       FROM lines WHERE order_id = ?1";
            let found: Option<(Option<i64>, Option<i64>)> =
                c.query_row(sql, [order.to_string()], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
            Ok(found.and_then(|(at, open)| at.filter(|_| open == Some(0))))
        })
    }
}
