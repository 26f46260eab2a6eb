//! Parts of deliveries: the last one of (order, lab, attempt) makes the delivery.

use std::collections::BTreeSet;

use domain::{
    Millis,
    fulfilment::sent_lines,
    id::{LabId, MachineId, OrderId},
    order::{Delivery, Order, OrderState},
};
use ports::order_book::{OutboxEvent, PartArrived};
use rusqlite::{Connection, params};

use super::{deliveries, jobs, orders, outbox, reports};
use crate::{document, fault::Step};

pub(super) fn arrived(
    db: &Connection,
    id: OrderId,
    lab: LabId,
    attempt: u32,
    machine: MachineId,
    now: Millis,
) -> Step<PartArrived> {
    let unexpected = |why: String| Ok(PartArrived::Unexpected(why));
    let Some(order) = orders::read(db, id)? else {
        return unexpected("there is no such order".into());
    };
    if here(db, id, lab, attempt)?.contains(&machine) {
        return Ok(PartArrived::Repeat);
    }
    match order.state {
        OrderState::Approved => {}
        OrderState::Cancelled => return unexpected("the order is cancelled".into()),
        OrderState::Placed => return unexpected("the order is not approved".into()),
    }
    let expected = order.homes_of_attempt(lab, attempt);
    if expected.is_empty() {
        return unexpected("no line of the order is routed to this lab".into());
    }
    if !expected.contains(&machine) {
        return unexpected("this machine has no part in it".into());
    }
    let wanted = deliveries::wanted(db, id, lab)?;
    if attempt != wanted {
        return unexpected(format!("attempt {wanted} is wanted now, not {attempt}"));
    }
    db.prepare_cached(
        "INSERT INTO parts (order_id, lab, attempt, machine, arrived_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![id.to_string(), lab.to_string(), attempt, machine.to_string(), now.0])?;
    if owes_nothing(db, &order, machine)? {
        jobs::done(db, id, machine, now)?;
    }
    // Made already, when a machine was replaced after its part had gone out.
    if deliveries::read(db, id, lab, attempt)?.is_some() {
        return Ok(PartArrived::Repeat);
    }
    if !here(db, id, lab, attempt)?.is_superset(&expected) {
        return Ok(PartArrived::Waiting);
    }
    deliver(db, &order, lab, attempt, expected, now)
}

fn deliver(
    db: &Connection,
    order: &Order,
    lab: LabId,
    attempt: u32,
    parts: BTreeSet<MachineId>,
    now: Millis,
) -> Step<PartArrived> {
    let delivery = Delivery {
        order: order.id,
        studio: order.studio,
        lab,
        attempt,
        parts,
        created_at: now,
        acknowledged_at: None,
        finished_at: None,
    };
    deliveries::create(db, &delivery)?;
    let sent = sent_lines(order, lab, attempt);
    reports::apply(db, order.id, &sent, now)?;
    outbox::ring(db, &OutboxEvent::Delivery { order: order.id, lab, attempt }, now)?;
    Ok(PartArrived::Complete(delivery))
}

fn here(db: &Connection, order: OrderId, lab: LabId, attempt: u32) -> Step<BTreeSet<MachineId>> {
    let mut statement =
        db.prepare_cached("SELECT machine FROM parts WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3")?;
    let mut rows = statement.query(params![order.to_string(), lab.to_string(), attempt])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        found.insert(document::id(row, "machine")?);
    }
    Ok(found)
}

/// Whether every lab has this machine's part of the attempt it wants, or the whole delivery, and the customer
/// has what goes without a lab.
pub(super) fn owes_nothing(db: &Connection, order: &Order, machine: MachineId) -> Step<bool> {
    if order.owes_without_lab(machine) {
        return Ok(false);
    }
    for lab in order.labs() {
        let wanted = deliveries::wanted(db, order.id, lab)?;
        if !order.homes_of_attempt(lab, wanted).contains(&machine) {
            continue;
        }
        let delivered = deliveries::read(db, order.id, lab, wanted)?.is_some();
        if !delivered && !here(db, order.id, lab, wanted)?.contains(&machine) {
            return Ok(false);
        }
    }
    Ok(true)
}
