//! Lines of files this machine brings to the host: one row per (order, line, attempt).

use domain::{hash::Sha256, id::OrderId};
use rusqlite::{Connection, OptionalExtension, params};

use super::Left;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DigitalKey {
    pub order: OrderId,
    pub line: u32,
    pub attempt: u32,
}

/// Makes the line known, or open again: the host does not have what this journal says it brought.
pub fn want(db: &Connection, key: DigitalKey) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO sold_files (order_id, line, attempt) VALUES (?1, ?2, ?3)
         ON CONFLICT (order_id, line, attempt) DO UPDATE SET done = 0",
        params![key.order.to_string(), key.line, key.attempt],
    )
    .map(drop)
}

/// What is left to bring, the oldest order first.
pub fn open(db: &Connection) -> rusqlite::Result<Vec<DigitalKey>> {
    db.prepare_cached(
        "SELECT f.order_id, f.line, f.attempt FROM sold_files f JOIN job USING (order_id)
         WHERE f.done = 0 AND job.state = 'approved' ORDER BY job.placed_at, f.order_id, f.line, f.attempt",
    )?
    .query_map([], |row| {
        Ok(DigitalKey { order: super::parsed(row, 0)?, line: row.get(1)?, attempt: row.get(2)? })
    })?
    .collect()
}

pub fn done(db: &Connection, key: DigitalKey) -> rusqlite::Result<()> {
    let ids = params![key.order.to_string(), key.line, key.attempt];
    db.execute(
        "UPDATE sold_files SET done = 1, waiting = NULL, not_before = 0
         WHERE order_id = ?1 AND line = ?2 AND attempt = ?3",
        ids,
    )?;
    db.execute("DELETE FROM sold_upload WHERE order_id = ?1 AND line = ?2 AND attempt = ?3", ids)?;
    Ok(())
}

pub fn left(db: &Connection, order: OrderId) -> rusqlite::Result<Left> {
    let mut statement =
        db.prepare_cached("SELECT waiting FROM sold_files WHERE order_id = ?1 AND done = 0")?;
    Left::read(statement.query_map([order.to_string()], |row| row.get(0))?)
}

/// Why it is not tried again before a moment to come.
pub fn put_off(db: &Connection, key: DigitalKey, now: i64) -> rusqlite::Result<Option<String>> {
    db.query_row(
        "SELECT waiting FROM sold_files
         WHERE order_id = ?1 AND line = ?2 AND attempt = ?3 AND not_before > ?4 AND waiting IS NOT NULL",
        params![key.order.to_string(), key.line, key.attempt, now],
        |row| row.get(0),
    )
    .optional()
}

/// `None`: nothing keeps it back any more. What is known already is not written: whoever watches the catalog wakes.
pub fn say_waiting(db: &Connection, key: DigitalKey, why: Option<&str>) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE sold_files SET waiting = ?4
         WHERE order_id = ?1 AND line = ?2 AND attempt = ?3 AND waiting IS NOT ?4",
        params![key.order.to_string(), key.line, key.attempt, why],
    )
    .map(drop)
}

/// The same, and it is not looked at again before a moment to come.
pub fn wait(db: &Connection, key: DigitalKey, why: &str, not_before: i64) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE sold_files SET waiting = ?4, not_before = ?5
         WHERE order_id = ?1 AND line = ?2 AND attempt = ?3",
        params![key.order.to_string(), key.line, key.attempt, why, not_before],
    )
    .map(drop)
}

/// How the host calls the upload that was begun for these bytes.
pub fn upload_of(db: &Connection, key: DigitalKey, sha256: &Sha256) -> rusqlite::Result<Option<String>> {
    db.query_row(
        "SELECT upload FROM sold_upload WHERE order_id = ?1 AND line = ?2 AND attempt = ?3 AND sha256 = ?4",
        params![key.order.to_string(), key.line, key.attempt, sha256.hex()],
        |row| row.get(0),
    )
    .optional()
}

pub fn set_upload(db: &Connection, key: DigitalKey, sha256: &Sha256, upload: &str) -> rusqlite::Result<()> {
    db.execute(
        "INSERT OR REPLACE INTO sold_upload (order_id, line, attempt, sha256, upload) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![key.order.to_string(), key.line, key.attempt, sha256.hex(), upload],
    )
    .map(drop)
}
