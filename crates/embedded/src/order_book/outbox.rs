//! What has to be rung at the queues, and what should be rung again.

use std::fmt;

use domain::Millis;
use ports::{
    PortError, PortResult,
    order_book::{OutboxEvent, OutboxRow},
};
use rusqlite::{Connection, params};

use crate::{cursor, document, fault::Step};

const EVENT: &str = "an outbox row";

pub(super) fn ring(db: &Connection, event: &OutboxEvent, now: Millis) -> Step<()> {
    db.prepare_cached("INSERT INTO outbox (event, at) VALUES (?1, ?2)")?
        .execute(params![document::write(EVENT, event)?, now.0])?;
    Ok(())
}

pub(super) fn due(db: &Connection, now: Millis, limit: u32) -> Step<Vec<OutboxRow>> {
    let mut statement =
        db.prepare_cached("SELECT n, event, at FROM outbox WHERE due_at <= ?1 ORDER BY n LIMIT ?2")?;
    let mut rows = statement.query(params![now.0, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (n, json): (i64, String) = (row.get(0)?, row.get(1)?);
        found.push(OutboxRow {
            id: n.to_string(),
            event: document::read(EVENT, &json)?,
            at: Millis(row.get(2)?),
        });
    }
    Ok(found)
}

pub(super) fn dispatched(db: &Connection, id: &str) -> Step<()> {
    let n: i64 =
        id.parse().map_err(|_| PortError::invalid("the outbox row", "its id is not one of this host's"))?;
    db.prepare_cached("DELETE FROM outbox WHERE n = ?1")?.execute([n])?;
    Ok(())
}

/// Jobs first, deliveries after them, each by row number.
#[derive(Clone, Copy)]
pub(super) enum Position {
    Job(i64),
    Delivery(i64),
}

impl Position {
    pub(super) fn parse(cursor: Option<&str>) -> PortResult<Self> {
        let Some(cursor) = cursor else { return Ok(Self::Job(0)) };
        let text = cursor::decode(cursor)?;
        let number = |text: &str| text.parse().ok();
        text.strip_prefix('j')
            .and_then(|n| number(n).map(Self::Job))
            .or_else(|| text.strip_prefix('d').and_then(|n| number(n).map(Self::Delivery)))
            .ok_or_else(|| PortError::invalid("the cursor", "it is not one this host gave out"))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Job(n) => write!(f, "j{n}"),
            Self::Delivery(n) => write!(f, "d{n}"),
        }
    }
}

pub(super) fn unacknowledged(
    db: &Connection,
    before: Millis,
    after: Position,
    limit: u32,
) -> Step<Vec<(Position, OutboxEvent)>> {
    let wanted = cursor::one_more(limit);
    let mut found = Vec::new();
    let (after_job, after_delivery) = match after {
        Position::Job(n) => (n, 0),
        Position::Delivery(n) => (i64::MAX, n),
    };
    let mut jobs = db.prepare_cached(
        "SELECT n, order_id, machine FROM jobs WHERE acknowledged_at IS NULL AND done_at IS NULL AND n > ?1
           AND rung_at < ?2 ORDER BY n LIMIT ?3",
    )?;
    let mut rows = jobs.query(params![after_job, before.0, wanted])?;
    while let Some(row) = rows.next()? {
        let event = OutboxEvent::Job {
            order: document::id(row, "order_id")?,
            machine: document::id(row, "machine")?,
        };
        found.push((Position::Job(row.get(0)?), event));
    }
    let mut deliveries = db.prepare_cached(
        "SELECT n, order_id, lab, attempt FROM deliveries WHERE acknowledged_at IS NULL AND finished_at IS NULL
           AND n > ?1 AND created_at < ?2 ORDER BY n LIMIT ?3",
    )?;
    let mut rows = deliveries.query(params![after_delivery, before.0, wanted - found.len() as i64])?;
    while let Some(row) = rows.next()? {
        let event = OutboxEvent::Delivery {
            order: document::id(row, "order_id")?,
            lab: document::id(row, "lab")?,
            attempt: row.get("attempt")?,
        };
        found.push((Position::Delivery(row.get(0)?), event));
    }
    Ok(found)
}
