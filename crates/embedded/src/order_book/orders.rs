//! Placing, reading and changing orders.

use std::fmt;

use domain::{
    Millis,
    id::{OrderId, StudioId},
    order::{Order, OrderState},
};
use ports::{
    PortError, PortResult,
    order_book::{OutboxEvent, Placed, PlacedWith},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{jobs, outbox};
use crate::{cursor, document, fault::Step, payment_book};

const ORDER: &str = "an order's record";

pub(super) fn read(db: &Connection, id: OrderId) -> Step<Option<Order>> {
    document::one(db, ORDER, "SELECT json FROM orders WHERE id = ?1", [id.to_string()])
}

pub(super) fn by_secret(db: &Connection, secret_hash: &str) -> Step<Option<Order>> {
    document::one(db, ORDER, "SELECT json FROM orders WHERE secret_hash = ?1", [secret_hash])
}

pub(super) fn of_key(db: &Connection, key: &str) -> Step<Option<(OrderId, String)>> {
    let mut statement = db.prepare_cached("SELECT order_id, digest FROM order_keys WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some((document::id(row, "order_id")?, row.get("digest")?)))
}

pub(super) fn placed_with(db: &Connection, order: OrderId) -> Step<Option<PlacedWith>> {
    let mut statement = db.prepare_cached(
        "SELECT secret_hash, key, digest FROM orders JOIN order_keys ON order_id = id WHERE id = ?1",
    )?;
    let found = statement.query_row([order.to_string()], |row| {
        Ok(PlacedWith { secret_hash: row.get(0)?, key: row.get(1)?, digest: row.get(2)? })
    });
    Ok(found.optional()?)
}

pub(super) fn place(
    db: &Connection,
    order: &Order,
    secret_hash: &str,
    key: &str,
    digest: &str,
) -> Step<Placed> {
    if let Some((id, held)) = of_key(db, key)? {
        return Ok(if held == digest { Placed::Repeat(id) } else { Placed::KeyReused });
    }
    let taken: Option<i64> = db
        .prepare_cached("SELECT 1 FROM orders WHERE id = ?1 OR secret_hash = ?2")?
        .query_row([&order.id.to_string(), secret_hash], |r| r.get(0))
        .optional()?;
    if taken.is_some() {
        return Err(PortError::conflict("the order's id").into());
    }
    if let Some(no) = payment_book::spend(db, order)? {
        return Ok(no);
    }
    db.prepare_cached(
        "INSERT INTO orders (id, studio, placed_at, revision, secret_hash, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        order.id.to_string(),
        order.studio.to_string(),
        order.placed_at.0,
        order.revision,
        secret_hash,
        document::write(ORDER, order)?
    ])?;
    db.prepare_cached("INSERT INTO order_keys (key, order_id, digest) VALUES (?1, ?2, ?3)")?.execute([
        key,
        &order.id.to_string(),
        digest,
    ])?;
    for machine in order.homes() {
        jobs::open_for(db, order, machine, order.placed_at)?;
    }
    Ok(Placed::New)
}

pub(super) fn update(db: &Connection, order: &Order, ring: &[OutboxEvent]) -> Step<()> {
    let before = read(db, order.id)?;
    write(db, order)?;
    if order.state == OrderState::Cancelled {
        jobs::tell_of_cancellation(db, order.id, order.state_at)?;
        payment_book::give_back(db, order.studio, order.id)?;
        if before.is_some_and(|o| o.state != OrderState::Cancelled) {
            payment_book::give_use_back(db, order)?;
        }
    }
    for event in ring {
        match event {
            OutboxEvent::Job { machine, .. } if jobs::owes_again(db, order, *machine)? => {
                jobs::open_for(db, order, *machine, order.state_at)?;
            }
            _ => outbox::ring(db, event, order.state_at)?,
        }
    }
    Ok(())
}

/// Writes an order over its previous revision.
pub(super) fn write(db: &Connection, order: &Order) -> Step<()> {
    let written = db
        .prepare_cached("UPDATE orders SET json = ?3, revision = ?2 WHERE id = ?1 AND revision = ?2 - 1")?
        .execute(params![order.id.to_string(), order.revision, document::write(ORDER, order)?])?;
    if written == 1 { Ok(()) } else { Err(PortError::conflict("the order").into()) }
}

/// Where a listing stands: newest first, so everything before this.
pub(super) struct Position {
    at: i64,
    id: String,
}

impl Position {
    pub(super) fn of(order: &Order) -> Self {
        Self { at: order.placed_at.0, id: order.id.to_string() }
    }
    pub(super) fn parse(cursor: Option<&str>) -> PortResult<Self> {
        let Some(cursor) = cursor else {
            return Ok(Self { at: Millis(i64::MAX).0, id: String::new() });
        };
        let text = cursor::decode(cursor)?;
        let parsed = text.split_once(' ').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
        let (at, id) =
            parsed.ok_or_else(|| PortError::invalid("the cursor", "it is not one this host gave out"))?;
        Ok(Self { at, id })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.id)
    }
}

pub(super) fn of_studio(
    db: &Connection,
    studio: StudioId,
    before: &Position,
    limit: u32,
) -> Step<Vec<Order>> {
    let sql = "SELECT json FROM orders WHERE studio = ?1 AND (placed_at, id) < (?2, ?3)
               ORDER BY placed_at DESC, id DESC LIMIT ?4";
    let params = params![studio.to_string(), before.at, before.id, cursor::one_more(limit)];
    document::all(db, ORDER, sql, params)
}
