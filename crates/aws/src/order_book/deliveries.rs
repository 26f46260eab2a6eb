//! Deliveries to labs, and asking for damaged ones again.

use std::collections::BTreeMap;

use domain::{
    Millis,
    id::{LabId, OrderId},
    order::{Delivery, OrderState},
};
use ports::{PortError, PortResult};

use super::aggregate::{self, Aggregate, DELIVERY};
use crate::{keys, table::Table};

pub(super) async fn one(
    table: &Table,
    order: OrderId,
    lab: LabId,
    attempt: u32,
) -> PortResult<Option<Delivery>> {
    table.doc(DELIVERY, &keys::delivery(order, lab, attempt)).await
}

pub(super) async fn acknowledge(
    table: &Table,
    order: OrderId,
    lab: LabId,
    attempt: u32,
    now: Millis,
) -> PortResult<()> {
    let noted = aggregate::change(table, order, |a| match a.deliveries.get(&(lab, attempt)).cloned() {
        Some(held) if held.acknowledged_at.is_none() => {
            a.write_delivery(Delivery { acknowledged_at: Some(now), ..held })
        }
        _ => Ok(()),
    });
    noted.await.map(drop)
}

pub(super) async fn finish(
    table: &Table,
    order: OrderId,
    lab: LabId,
    attempt: u32,
    now: Millis,
) -> PortResult<()> {
    aggregate::change(table, order, |a| close(a, lab, attempt, now)).await.map(drop)
}

fn close(a: &mut Aggregate, lab: LabId, attempt: u32, now: Millis) -> PortResult<()> {
    match a.deliveries.get(&(lab, attempt)).cloned() {
        Some(held) if held.finished_at.is_none() => {
            a.write_delivery(Delivery { finished_at: Some(now), ..held })
        }
        _ => Ok(()),
    }
}

pub(super) async fn attempts(table: &Table, order: OrderId) -> PortResult<BTreeMap<LabId, u32>> {
    let Some(a) = aggregate::load(table, order).await? else { return Ok(BTreeMap::new()) };
    Ok(a.order.labs().into_iter().map(|lab| (lab, a.wanted(lab))).collect())
}

pub(super) async fn ask_again(
    table: &Table,
    id: OrderId,
    lab: LabId,
    attempt: u32,
    why: &str,
    now: Millis,
) -> PortResult<u32> {
    let refuse = |why: &str| PortError::invalid("asking again", why);
    let answer = aggregate::change(table, id, |a| {
        let present = a.wanted(lab);
        if attempt < present {
            return Ok(present);
        }
        if !a.deliveries.contains_key(&(lab, attempt)) {
            return Err(refuse("this attempt was never delivered"));
        }
        if a.order.state == OrderState::Cancelled {
            return Err(refuse("the order is cancelled"));
        }
        a.write_damaged(lab, attempt, why, now)?;
        // The damaged attempt is over: the lab must not find it again in its list.
        close(a, lab, attempt, now)?;
        for machine in a.order.homes_of_attempt(lab, attempt + 1) {
            a.open_job(machine, now)?;
        }
        Ok(attempt + 1)
    });
    answer.await?.ok_or_else(|| refuse("there is no such order"))
}
