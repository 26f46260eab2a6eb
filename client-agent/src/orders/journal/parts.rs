//! This machine's part of each delivery: one row per (order, lab, attempt).

use domain::id::{LabId, OrderId};
use rusqlite::{Connection, OptionalExtension, params};

use super::Left;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartKey {
    pub order: OrderId,
    pub lab: LabId,
    pub attempt: u32,
}

/// How far a part has come. `Rendering` covers uploading too: files go up as they are finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    Approved,
    Rendering,
    Uploaded,
    /// The manifest is at the host: this machine has nothing left to do.
    Done,
    /// The lab asked again before this attempt was finished.
    Superseded,
}

impl PartState {
    pub fn as_str(self) -> &'static str {
        match self {
            PartState::Approved => "approved",
            PartState::Rendering => "rendering",
            PartState::Uploaded => "uploaded",
            PartState::Done => "done",
            PartState::Superseded => "superseded",
        }
    }

    /// Nothing is left to do for it.
    pub fn is_over(self) -> bool {
        matches!(self, PartState::Done | PartState::Superseded)
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Approved, Self::Rendering, Self::Uploaded, Self::Done, Self::Superseded]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

#[derive(Clone, Debug)]
pub struct Part {
    pub key: PartKey,
    pub state: PartState,
    /// The signed envelope, byte for byte as it is or was sent: a repeat must be the same.
    pub manifest: Option<Vec<u8>>,
}

/// Makes the part known; an older attempt that is not finished is given up.
pub fn want(db: &mut Connection, key: PartKey) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let (order, lab) = (key.order.to_string(), key.lab.to_string());
    tx.execute(
        "INSERT OR IGNORE INTO delivery_part (order_id, lab, attempt, state) VALUES (?1, ?2, ?3, 'approved')",
        params![order, lab, key.attempt],
    )?;
    tx.execute(
        "UPDATE delivery_part SET state = 'superseded'
         WHERE order_id = ?1 AND lab = ?2 AND attempt < ?3 AND state <> 'done'",
        params![order, lab, key.attempt],
    )?;
    tx.commit()
}

pub fn of_order(db: &Connection, order: OrderId) -> rusqlite::Result<Vec<Part>> {
    db.prepare_cached(
        "SELECT order_id, lab, attempt, state, manifest FROM delivery_part
         WHERE order_id = ?1 ORDER BY lab, attempt",
    )?
    .query_map([order.to_string()], from_row)?
    .collect()
}

/// What is left to send, the oldest order first.
pub fn open(db: &Connection) -> rusqlite::Result<Vec<PartKey>> {
    db.prepare_cached(
        "SELECT p.order_id, p.lab, p.attempt, p.state, NULL FROM delivery_part p JOIN job USING (order_id)
         WHERE p.state NOT IN ('done', 'superseded') AND job.state = 'approved'
         ORDER BY job.placed_at, p.order_id, p.lab, p.attempt",
    )?
    .query_map([], |row| Ok(from_row(row)?.key))?
    .collect()
}

pub fn left(db: &Connection, order: OrderId) -> rusqlite::Result<Left> {
    let mut statement = db.prepare_cached(
        "SELECT waiting FROM delivery_part WHERE order_id = ?1 AND state NOT IN ('done', 'superseded')",
    )?;
    Left::read(statement.query_map([order.to_string()], |row| row.get(0))?)
}

/// What is known already is not written: whoever watches the catalog wakes.
pub fn say_waiting(db: &Connection, key: PartKey, why: &str) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE delivery_part SET waiting = ?4
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3 AND waiting IS NOT ?4",
        params![key.order.to_string(), key.lab.to_string(), key.attempt, why],
    )
    .map(drop)
}

pub fn get(db: &Connection, key: PartKey) -> rusqlite::Result<Option<Part>> {
    db.prepare_cached(
        "SELECT order_id, lab, attempt, state, manifest FROM delivery_part
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3",
    )?
    .query_row(params![key.order.to_string(), key.lab.to_string(), key.attempt], from_row)
    .optional()
}

pub fn set_state(db: &Connection, key: PartKey, state: PartState) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE delivery_part SET state = ?4 WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3",
        params![key.order.to_string(), key.lab.to_string(), key.attempt, state.as_str()],
    )?;
    Ok(())
}

/// The host lost what was sent: rendered, signed and sent anew under the same attempt.
pub fn send_again(db: &Connection, key: PartKey) -> rusqlite::Result<()> {
    let ids = params![key.order.to_string(), key.lab.to_string(), key.attempt];
    db.execute("DELETE FROM print_file WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3", ids)?;
    db.execute(
        "UPDATE delivery_part SET state = 'approved', manifest = NULL, waiting = NULL
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3",
        ids,
    )?;
    Ok(())
}

/// Keeps the first manifest: whoever calls twice gets what was kept the first time.
pub fn keep_manifest(db: &Connection, key: PartKey, manifest: &[u8]) -> rusqlite::Result<Vec<u8>> {
    let ids = params![key.order.to_string(), key.lab.to_string(), key.attempt, manifest];
    db.execute(
        "UPDATE delivery_part SET manifest = coalesce(manifest, ?4), state = 'uploaded'
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3",
        ids,
    )?;
    db.query_row(
        "SELECT manifest FROM delivery_part WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3",
        params![key.order.to_string(), key.lab.to_string(), key.attempt],
        |row| row.get(0),
    )
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Part> {
    let state: String = row.get(3)?;
    Ok(Part {
        key: PartKey { order: super::parsed(row, 0)?, lab: super::parsed(row, 1)?, attempt: row.get(2)? },
        state: PartState::parse(&state).ok_or_else(|| super::unreadable(3, format!("state {state:?}")))?,
        manifest: row.get(4)?,
    })
}
