//! One job per order and home machine: rung, acknowledged, done.

use domain::{
    Millis,
    id::{MachineId, OrderId},
    order::{Job, Order, OrderState},
};
use ports::order_book::OutboxEvent;
use rusqlite::{Connection, Row, params};

use super::{orders, outbox};
use crate::{cursor, document, fault::Step};

fn job(row: &Row<'_>) -> Step<Job> {
    Ok(Job {
        order: document::id(row, "order_id")?,
        studio: document::id(row, "studio")?,
        machine: document::id(row, "machine")?,
        created_at: Millis(row.get("created_at")?),
        acknowledged_at: row.get::<_, Option<i64>>("acknowledged_at")?.map(Millis),
        done_at: row.get::<_, Option<i64>>("done_at")?.map(Millis),
        waiting: row.get("waiting")?,
    })
}

/// Makes the job, or opens it again, and rings at the machine.
pub(super) fn open_for(db: &Connection, order: &Order, machine: MachineId, now: Millis) -> Step<()> {
    db.prepare_cached(
        "INSERT INTO jobs (order_id, machine, studio, created_at, rung_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (order_id, machine) DO UPDATE SET rung_at = excluded.rung_at, acknowledged_at = NULL,
           done_at = NULL, waiting = NULL",
    )?
    .execute(params![order.id.to_string(), machine.to_string(), order.studio.to_string(), now.0])?;
    outbox::ring(db, &OutboxEvent::Job { order: order.id, machine }, now)
}

/// Whether a job that was done has something to do again.
pub(super) fn owes_again(db: &Connection, order: &Order, machine: MachineId) -> Step<bool> {
    let done = one(db, order.id, machine)?.is_some_and(|job| job.done_at.is_some());
    Ok(done && order.state == OrderState::Approved && order.owes_without_lab(machine))
}

pub(super) fn open(db: &Connection, machine: MachineId, after: i64, limit: u32) -> Step<Vec<(i64, Job)>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM jobs WHERE machine = ?1 AND n > ?2 AND done_at IS NULL ORDER BY n LIMIT ?3",
    )?;
    let mut rows = statement.query(params![machine.to_string(), after, cursor::one_more(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((row.get("n")?, job(row)?));
    }
    Ok(found)
}

pub(super) fn of_order(db: &Connection, order: OrderId) -> Step<Vec<Job>> {
    let mut statement = db.prepare_cached("SELECT * FROM jobs WHERE order_id = ?1 ORDER BY machine")?;
    let mut rows = statement.query([order.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(job(row)?);
    }
    Ok(found)
}

pub(super) fn one(db: &Connection, order: OrderId, machine: MachineId) -> Step<Option<Job>> {
    let mut statement = db.prepare_cached("SELECT * FROM jobs WHERE order_id = ?1 AND machine = ?2")?;
    let mut rows = statement.query([order.to_string(), machine.to_string()])?;
    rows.next()?.map(job).transpose()
}

pub(super) fn acknowledge(
    db: &Connection,
    order: OrderId,
    machine: MachineId,
    now: Millis,
) -> Step<Option<Job>> {
    // Once the machine knows that the order is cancelled, it owes nothing.
    let cancelled = orders::read(db, order)?.is_some_and(|o| o.state == OrderState::Cancelled);
    db.prepare_cached(
        "UPDATE jobs SET acknowledged_at = coalesce(acknowledged_at, ?3),
           done_at = CASE WHEN ?4 THEN coalesce(done_at, ?3) ELSE done_at END
         WHERE order_id = ?1 AND machine = ?2",
    )?
    .execute(params![order.to_string(), machine.to_string(), now.0, cancelled])?;
    one(db, order, machine)
}

/// A cancelled order's jobs stay open until each machine has acknowledged that.
pub(super) fn tell_of_cancellation(db: &Connection, order: OrderId, now: Millis) -> Step<()> {
    db.prepare_cached(
        "UPDATE jobs SET acknowledged_at = NULL, rung_at = ?2, waiting = NULL
         WHERE order_id = ?1 AND done_at IS NULL",
    )?
    .execute(params![order.to_string(), now.0])?;
    Ok(())
}

pub(super) fn set_waiting(
    db: &Connection,
    order: OrderId,
    machine: MachineId,
    waiting: Option<&str>,
) -> Step<()> {
    db.prepare_cached("UPDATE jobs SET waiting = ?3 WHERE order_id = ?1 AND machine = ?2")?
        .execute(params![order.to_string(), machine.to_string(), waiting])?;
    Ok(())
}

pub(super) fn done(db: &Connection, order: OrderId, machine: MachineId, now: Millis) -> Step<()> {
    db.prepare_cached(
        "UPDATE jobs SET done_at = coalesce(done_at, ?3), acknowledged_at = coalesce(acknowledged_at, ?3),
           waiting = NULL WHERE order_id = ?1 AND machine = ?2",
    )?
    .execute(params![order.to_string(), machine.to_string(), now.0])?;
    Ok(())
}
