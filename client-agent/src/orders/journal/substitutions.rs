//! A person's decision to print a newer version of a picture than the one that was ordered.

use domain::{hash::VersionHash, id::OrderId};
use rusqlite::{Connection, OptionalExtension, params};

pub fn choose(
    db: &Connection,
    order: OrderId,
    line: u32,
    node: u32,
    version: &VersionHash,
    now: i64,
) -> rusqlite::Result<()> {
    db.execute(
        "INSERT OR REPLACE INTO substitution (order_id, line, node, version, chosen_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![order.to_string(), line, node, version.hex(), now],
    )?;
    Ok(())
}

pub fn chosen(
    db: &Connection,
    order: OrderId,
    line: u32,
    node: u32,
) -> rusqlite::Result<Option<VersionHash>> {
    db.prepare_cached("SELECT version FROM substitution WHERE order_id = ?1 AND line = ?2 AND node = ?3")?
        .query_row(params![order.to_string(), line, node], |row| super::parsed(row, 0))
        .optional()
}
