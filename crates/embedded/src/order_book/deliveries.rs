//! Deliveries to labs, and asking for damaged ones again.

use std::collections::BTreeMap;

use domain::{
    Millis,
    id::{LabId, OrderId},
    order::{Delivery, Order, OrderState},
};
use ports::PortError;
use rusqlite::{Connection, Row, params};

use super::{jobs, orders};
use crate::{cursor, document, fault::Step};

fn delivery(row: &Row<'_>) -> Step<Delivery> {
    Ok(Delivery {
        order: document::id(row, "order_id")?,
        studio: document::id(row, "studio")?,
        lab: document::id(row, "lab")?,
        attempt: row.get("attempt")?,
        parts: document::read("a delivery's parts", &row.get::<_, String>("parts")?)?,
        created_at: Millis(row.get("created_at")?),
        acknowledged_at: row.get::<_, Option<i64>>("acknowledged_at")?.map(Millis),
        finished_at: row.get::<_, Option<i64>>("finished_at")?.map(Millis),
    })
}

pub(super) fn read(db: &Connection, order: OrderId, lab: LabId, attempt: u32) -> Step<Option<Delivery>> {
    let mut statement =
        db.prepare_cached("SELECT * FROM deliveries WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3")?;
    let mut rows = statement.query(params![order.to_string(), lab.to_string(), attempt])?;
    rows.next()?.map(delivery).transpose()
}

pub(super) fn create(db: &Connection, new: &Delivery) -> Step<()> {
    db.prepare_cached(
        "INSERT INTO deliveries (order_id, lab, attempt, studio, parts, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        new.order.to_string(),
        new.lab.to_string(),
        new.attempt,
        new.studio.to_string(),
        document::write("a delivery's parts", &new.parts)?,
        new.created_at.0
    ])?;
    Ok(())
}

pub(super) fn open(db: &Connection, lab: LabId, after: i64, limit: u32) -> Step<Vec<(i64, Delivery)>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM deliveries WHERE lab = ?1 AND n > ?2 AND finished_at IS NULL ORDER BY n LIMIT ?3",
    )?;
    let mut rows = statement.query(params![lab.to_string(), after, cursor::one_more(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((row.get("n")?, delivery(row)?));
    }
    Ok(found)
}

pub(super) fn acknowledge(
    db: &Connection,
    order: OrderId,
    lab: LabId,
    attempt: u32,
    now: Millis,
) -> Step<()> {
    db.prepare_cached(
        "UPDATE deliveries SET acknowledged_at = coalesce(acknowledged_at, ?4)
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3",
    )?
    .execute(params![order.to_string(), lab.to_string(), attempt, now.0])?;
    Ok(())
}

pub(super) fn finish(db: &Connection, order: OrderId, lab: LabId, attempt: u32, now: Millis) -> Step<()> {
    db.prepare_cached(
        "UPDATE deliveries SET finished_at = coalesce(finished_at, ?4)
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3",
    )?
    .execute(params![order.to_string(), lab.to_string(), attempt, now.0])?;
    Ok(())
}

/// The attempt a lab wants now: one more than the last one it called damaged.
pub(super) fn wanted(db: &Connection, order: OrderId, lab: LabId) -> Step<u32> {
    let last: Option<u32> = db
        .prepare_cached("SELECT max(attempt) FROM asked_again WHERE order_id = ?1 AND lab = ?2")?
        .query_row([order.to_string(), lab.to_string()], |r| r.get(0))?;
    Ok(last.unwrap_or(0) + 1)
}

pub(super) fn attempts(db: &Connection, id: OrderId) -> Step<BTreeMap<LabId, u32>> {
    let Some(order) = orders::read(db, id)? else { return Ok(BTreeMap::new()) };
    order.labs().into_iter().map(|lab| Ok((lab, wanted(db, id, lab)?))).collect()
}

pub(super) fn ask_again(
    db: &Connection,
    id: OrderId,
    lab: LabId,
    attempt: u32,
    why: &str,
    now: Millis,
) -> Step<u32> {
    let refuse = |why: &str| PortError::invalid("asking again", why);
    let order: Order = orders::read(db, id)?.ok_or_else(|| refuse("there is no such order"))?;
    let present = wanted(db, id, lab)?;
    if attempt < present {
        return Ok(present);
    }
    if read(db, id, lab, attempt)?.is_none() {
        return Err(refuse("this attempt was never delivered").into());
    }
    if order.state == OrderState::Cancelled {
        return Err(refuse("the order is cancelled").into());
    }
    db.prepare_cached(
        "INSERT INTO asked_again (order_id, lab, attempt, why, asked_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![id.to_string(), lab.to_string(), attempt, why, now.0])?;
    // The damaged attempt is over: the lab must not find it again in its list.
    finish(db, id, lab, attempt, now)?;
    for machine in order.homes_of_attempt(lab, attempt + 1) {
        jobs::open_for(db, &order, machine, now)?;
    }
    Ok(attempt + 1)
}
