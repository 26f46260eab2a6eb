//! What has to be rung at the queues, and what should be rung again.

use data_encoding::BASE32_NOPAD;
use domain::{
    Millis,
    order::{Delivery, Job},
};
use ports::{
    Page, PortError, PortResult,
    order_book::{OutboxEvent, OutboxRow},
};
use serde::{Deserialize, Serialize};

use crate::{
    cursor,
    keys::{self, Key},
    table::{self, Query, Range, Table, Write},
};

const EVENT: &str = "an outbox row";
const UNACKNOWLEDGED: &str = "the list of what nobody acknowledged";

#[derive(Serialize, Deserialize)]
struct Row {
    pk: String,
    sk: String,
    doc: OutboxEvent,
    at: Millis,
}

/// Inserts are what the table's stream shows to `dispatch-orders`.
pub(super) fn write(event: &OutboxEvent, at: Millis) -> PortResult<Write> {
    let mut random = [0; 10];
    getrandom::fill(&mut random)
        .map_err(|e| PortError::unavailable("the operating system", e.to_string()))?;
    let sk = format!("{}#{}", keys::time(at), BASE32_NOPAD.encode(&random));
    Ok(Write::put(EVENT, &Row { pk: keys::OUTBOX.into(), sk, doc: event.clone(), at })?.when_new())
}

/// `None`: an item of something else.
pub(crate) fn read(item: impl Into<serde_dynamo::Item>) -> PortResult<Option<OutboxRow>> {
    let item: serde_dynamo::Item = item.into();
    if !matches!(item.get("pk"), Some(serde_dynamo::AttributeValue::S(pk)) if pk == keys::OUTBOX) {
        return Ok(None);
    }
    let row: Row = serde_dynamo::from_item(item).map_err(|e| PortError::corrupt(EVENT, e))?;
    Ok(Some(OutboxRow { id: row.sk, event: row.doc, at: row.at }))
}

pub(super) async fn due(table: &Table, limit: u32) -> PortResult<Vec<OutboxRow>> {
    let items = table.query(&Query::of(keys::OUTBOX), Some(limit as usize)).await?;
    items.into_iter().filter_map(|item| read(item).transpose()).collect()
}

pub(super) async fn dispatched(table: &Table, id: &str) -> PortResult<()> {
    if id.is_empty() {
        return Err(PortError::invalid(EVENT, "its id is not one of this host's"));
    }
    table.commit(&[Write::delete(Key::new(keys::OUTBOX, id))]).await.map(drop)
}

/// Where a job stands among what nobody acknowledged.
pub(super) fn unacknowledged_job(job: &Job, rung_at: Millis) -> (String, String) {
    let sk = format!("{}#J#{}#{}", keys::time(rung_at), job.order, job.machine);
    (keys::UNACKNOWLEDGED.to_owned(), sk)
}

pub(super) fn unacknowledged_delivery(delivery: &Delivery) -> (String, String) {
    let Delivery { order, lab, attempt, created_at, .. } = delivery;
    (keys::UNACKNOWLEDGED.to_owned(), format!("{}#D#{order}#{lab}#{attempt}", keys::time(*created_at)))
}

fn event(sk: &str) -> Option<OutboxEvent> {
    let mut parts = sk.split('#').skip(1);
    Some(match (parts.next()?, parts.next()?.parse().ok()?) {
        ("J", order) => OutboxEvent::Job { order, machine: parts.next()?.parse().ok()? },
        ("D", order) => OutboxEvent::Delivery {
            order,
            lab: parts.next()?.parse().ok()?,
            attempt: parts.next()?.parse().ok()?,
        },
        _ => return None,
    })
}

pub(super) async fn unacknowledged(
    table: &Table,
    before: Millis,
    cursor: Option<&str>,
    limit: u32,
) -> PortResult<Page<OutboxEvent>> {
    let after = cursor::decode(cursor)?;
    let end = keys::time(before);
    let range = match after {
        None => Range::Before(end),
        // Just after the last one: nothing sorts between a key and the same key with this character.
        Some(after) => Range::Between(format!("{after}\u{1}"), end),
    };
    let query = Query::index(keys::GSI1, keys::UNACKNOWLEDGED).range(range);
    let items = table.query(&query, Some(cursor::one_more(limit))).await?;
    let keys = items.iter().filter_map(|item| table::text(item, "gsi1sk")).map(str::to_owned).collect();
    let page = cursor::page(keys, limit, |sk: &String| sk.clone());
    let events = page.items.iter().map(|sk| {
        event(sk).ok_or_else(|| PortError::corrupt(UNACKNOWLEDGED, format!("{sk:?} is no entry of it")))
    });
    Ok(Page { items: events.collect::<PortResult<_>>()?, next: page.next })
}

#[cfg(test)]
mod tests {
    use domain::id::{LabId, MachineId, OrderId};

    use super::*;

    #[test]
    fn a_row_of_the_stream_is_read_and_nothing_else() {
        let event = OutboxEvent::Pairing { lab: LabId::from_bytes([1; 16]) };
        let row = Row { pk: keys::OUTBOX.into(), sk: "7#X".into(), doc: event.clone(), at: Millis(7) };
        let item: serde_dynamo::Item = serde_dynamo::to_item(&row).unwrap();
        let expected = OutboxRow { id: "7#X".into(), event, at: Millis(7) };
        assert_eq!(crate::stream::outbox_row(&item), Some(expected));
        let other: serde_dynamo::Item = serde_dynamo::to_item(Row { pk: "ORDER#x".into(), ..row }).unwrap();
        assert_eq!(crate::stream::outbox_row(&other), None);
        let mut broken = item;
        broken.inner_mut().remove("doc");
        assert!(read(broken.clone()).is_err());
        assert_eq!(crate::stream::outbox_row(&broken), None, "it stays in the table for the timer");
    }

    #[test]
    fn the_list_of_what_nobody_acknowledged_says_what_to_ring() {
        let (order, machine) = (OrderId::from_bytes([1; 16]), MachineId::from_bytes([2; 16]));
        let job = Job {
            order,
            machine,
            studio: domain::id::StudioId::from_bytes([3; 16]),
            created_at: Millis(1),
            acknowledged_at: None,
            done_at: None,
            waiting: None,
        };
        let (_, sk) = unacknowledged_job(&job, Millis(20));
        assert_eq!(event(&sk), Some(OutboxEvent::Job { order, machine }));
        // What was rung at this very moment is not yet older than it.
        assert!(sk > keys::time(Millis(20)) && sk < keys::time(Millis(21)));
        assert_eq!(event("7#?#x"), None);
    }
}
