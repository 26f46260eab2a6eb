//! Parts of deliveries: the last one of (order, lab, attempt) makes the delivery.

use domain::{
    Millis,
    fulfilment::sent_lines,
    id::{LabId, MachineId, OrderId},
    order::{Delivery, OrderState},
};
use ports::{
    PortResult,
    order_book::{OutboxEvent, PartArrived},
};

use super::{
    aggregate::{self, Aggregate},
    jobs, reports,
};
use crate::table::Table;

pub(super) async fn arrived(
    table: &Table,
    id: OrderId,
    lab: LabId,
    attempt: u32,
    machine: MachineId,
    now: Millis,
) -> PortResult<PartArrived> {
    let answer = aggregate::change(table, id, |a| take(a, lab, attempt, machine, now)).await?;
    Ok(answer.unwrap_or_else(|| PartArrived::Unexpected("there is no such order".into())))
}

fn take(
    a: &mut Aggregate,
    lab: LabId,
    attempt: u32,
    machine: MachineId,
    now: Millis,
) -> PortResult<PartArrived> {
    let unexpected = |why: String| Ok(PartArrived::Unexpected(why));
    if a.parts.contains(&(lab, attempt, machine)) {
        return Ok(PartArrived::Repeat);
    }
    match a.order.state {
        OrderState::Approved => {}
        OrderState::Cancelled => return unexpected("the order is cancelled".into()),
        OrderState::Placed => return unexpected("the order is not approved".into()),
    }
    let expected = a.order.homes_of_attempt(lab, attempt);
    if expected.is_empty() {
        return unexpected("no line of the order is routed to this lab".into());
    }
    if !expected.contains(&machine) {
        return unexpected("this machine has no part in it".into());
    }
    let wanted = a.wanted(lab);
    if attempt != wanted {
        return unexpected(format!("attempt {wanted} is wanted now, not {attempt}"));
    }
    a.write_part(lab, attempt, machine)?;
    if owes_nothing(a, machine) {
        jobs::done(a, machine, now)?;
    }
    // Made already, when a machine was replaced after its part had gone out.
    if a.deliveries.contains_key(&(lab, attempt)) {
        return Ok(PartArrived::Repeat);
    }
    if !a.parts_of(lab, attempt).is_superset(&expected) {
        return Ok(PartArrived::Waiting);
    }
    let delivery = Delivery {
        order: a.order.id,
        studio: a.order.studio,
        lab,
        attempt,
        parts: expected,
        created_at: now,
        acknowledged_at: None,
        finished_at: None,
    };
    a.write_delivery(delivery.clone())?;
    let sent = sent_lines(&a.order, lab, attempt);
    reports::apply(a, &sent, now)?;
    a.ring(&OutboxEvent::Delivery { order: a.order.id, lab, attempt }, now)?;
    Ok(PartArrived::Complete(delivery))
}

/// Whether every lab has this machine's part of the attempt it wants, or the whole delivery, and the customer
/// has what goes without a lab.
pub(super) fn owes_nothing(a: &Aggregate, machine: MachineId) -> bool {
    let labs = !a.order.owes_without_lab(machine);
    labs && a.order.labs().into_iter().all(|lab| {
        let wanted = a.wanted(lab);
        !a.order.homes_of_attempt(lab, wanted).contains(&machine)
            || a.deliveries.contains_key(&(lab, wanted))
            || a.parts.contains(&(lab, wanted, machine))
    })
}
