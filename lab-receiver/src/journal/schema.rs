//! The journal's tables, by version. A version never changes once it was released; a new one is added.

use anyhow::{Result, bail};
use rusqlite::Connection;

const VERSIONS: &[&str] = &[
    "
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- A studio this lab works for, refused, or could not verify. The key is pinned when it is first accepted.
CREATE TABLE studios (
    studio TEXT PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL) STRICT;
CREATE TABLE pairing_codes (
    secret BLOB PRIMARY KEY, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_by TEXT) STRICT;

CREATE TABLE deliveries (
    order_id TEXT NOT NULL, attempt INTEGER NOT NULL, number TEXT NOT NULL, studio TEXT NOT NULL,
    state TEXT NOT NULL, why TEXT, job TEXT, acknowledged INTEGER NOT NULL DEFAULT 0,
    again_sent INTEGER NOT NULL DEFAULT 0, learned_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
    PRIMARY KEY (order_id, attempt)) STRICT;
CREATE INDEX deliveries_by_state ON deliveries (state);

-- One try of one line: a remake is another row. `delivery` is the attempt whose files it prints.
CREATE TABLE lines (
    order_id TEXT NOT NULL, line INTEGER NOT NULL, attempt INTEGER NOT NULL, delivery INTEGER NOT NULL,
    number TEXT NOT NULL, copies INTEGER NOT NULL, state TEXT NOT NULL,
    hold TEXT, hold_kind TEXT, printer TEXT, device_job TEXT, round INTEGER NOT NULL DEFAULT 0,
    remake_reason TEXT, changed_at INTEGER NOT NULL,
    PRIMARY KEY (order_id, line, attempt)) STRICT;
CREATE INDEX lines_by_state ON lines (state);
CREATE INDEX lines_by_number ON lines (number);

CREATE TABLE outbox (
    report TEXT PRIMARY KEY, order_id TEXT NOT NULL, body TEXT NOT NULL, made_at INTEGER NOT NULL,
    sent_at INTEGER, refused TEXT) STRICT;
CREATE INDEX outbox_open ON outbox (made_at) WHERE sent_at IS NULL AND refused IS NULL;

-- What happened, for the lab's own records.
CREATE TABLE notes (at INTEGER NOT NULL, order_id TEXT, line INTEGER, note TEXT NOT NULL) STRICT;
",
    "
-- After the host was restored: when to tell a report again, and when to claim a line again.
ALTER TABLE outbox ADD COLUMN later INTEGER;
ALTER TABLE lines ADD COLUMN claim_at INTEGER;
CREATE INDEX lines_to_claim ON lines (claim_at) WHERE claim_at IS NOT NULL;
",
];

pub fn prepare(connection: &mut Connection) -> Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let found = found as usize;
    if found > VERSIONS.len() {
        bail!("it was written by a newer darkslide-lab: update this one");
    }
    for (index, statements) in VERSIONS.iter().enumerate().skip(found) {
        transaction.execute_batch(statements)?;
        transaction.pragma_update(None, "user_version", (index + 1) as u32)?;
    }
    transaction.commit()?;
    Ok(())
}
