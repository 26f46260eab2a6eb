//! Parts, deliveries, and asking for damaged ones again.

use domain::{
    Millis,
    fulfilment::{GAP, LineReport},
    id::{LabId, MachineId},
    order::Stage,
};
use futures_util::future::join_all;

use super::{Host, sample};
use crate::order_book::{OutboxEvent, PartArrived};

fn machines<const N: usize>() -> [MachineId; N] {
    std::array::from_fn(|_| MachineId::from_bytes(sample::bytes()))
}

fn lab() -> LabId {
    LabId::from_bytes(sample::bytes())
}

async fn rung_for(host: &Host, wanted: &OutboxEvent) -> usize {
    let rows = host.ports.orders.outbox(1_000).await.unwrap();
    rows.iter().filter(|r| r.event == *wanted).count()
}

pub async fn the_last_part_makes_the_delivery(host: &Host) {
    let (lab, [a, b], book) = (lab(), machines(), &host.ports.orders);
    let order = sample::approved(host, &[a, b], &[lab]).await;
    let now = Millis(20_000);
    assert_eq!(book.part_arrived(order.id, lab, 1, a, now).await.unwrap(), PartArrived::Waiting);
    assert!(book.delivery(order.id, lab, 1).await.unwrap().is_none());
    // The machine that has sent everything is done, the other one is not.
    let jobs = book.jobs(order.id).await.unwrap();
    assert!(jobs.iter().find(|j| j.machine == a).unwrap().done_at.is_some());
    assert!(jobs.iter().find(|j| j.machine == b).unwrap().done_at.is_none());
    let PartArrived::Complete(delivery) = book.part_arrived(order.id, lab, 1, b, now).await.unwrap() else {
        panic!("the last part did not complete the delivery");
    };
    assert_eq!(delivery.parts, [a, b].into());
    assert_eq!(book.delivery(order.id, lab, 1).await.unwrap().as_ref(), Some(&delivery));
    let stored = book.order(order.id).await.unwrap().unwrap();
    assert!(stored.lines.iter().all(|l| l.status.stage == Stage::Sent), "{:?}", stored.lines);
    assert!(stored.revision > order.revision);
    assert_eq!(rung_for(host, &OutboxEvent::Delivery { order: order.id, lab, attempt: 1 }).await, 1);
    assert!(book.open_jobs(b, None, 10).await.unwrap().items.is_empty());
}

pub async fn a_part_twice_changes_nothing(host: &Host) {
    let (lab, [a], book) = (lab(), machines(), &host.ports.orders);
    let order = sample::approved(host, &[a], &[lab]).await;
    let now = Millis(20_000);
    assert!(matches!(book.part_arrived(order.id, lab, 1, a, now).await.unwrap(), PartArrived::Complete(_)));
    let before = book.order(order.id).await.unwrap();
    for _ in 0..2 {
        assert_eq!(book.part_arrived(order.id, lab, 1, a, now.plus(5)).await.unwrap(), PartArrived::Repeat);
    }
    assert_eq!(book.order(order.id).await.unwrap(), before);
    assert_eq!(rung_for(host, &OutboxEvent::Delivery { order: order.id, lab, attempt: 1 }).await, 1);
}

pub async fn racing_parts_make_one_delivery(host: &Host) {
    let (lab, homes, book) = (lab(), machines::<4>(), &host.ports.orders);
    let order = sample::approved(host, &homes, &[lab]).await;
    let twice: Vec<MachineId> = homes.iter().chain(&homes).copied().collect();
    let arrive = |m: &MachineId| book.part_arrived(order.id, lab, 1, *m, Millis(20_000));
    let answers: Vec<PartArrived> =
        join_all(twice.iter().map(arrive)).await.into_iter().map(Result::unwrap).collect();
    let complete = answers.iter().filter(|a| matches!(a, PartArrived::Complete(_))).count();
    let repeats = answers.iter().filter(|a| **a == PartArrived::Repeat).count();
    assert_eq!((complete, repeats), (1, 4), "{answers:?}");
    assert_eq!(book.delivery(order.id, lab, 1).await.unwrap().unwrap().parts, homes.into());
}

pub async fn parts_nobody_expects_are_named(host: &Host) {
    let (lab, [a, stranger], book) = (lab(), machines(), &host.ports.orders);
    let placed = sample::order(sample::studio(host).await, &[a]);
    sample::place(host, &placed).await;
    let now = Millis(20_000);
    let unexpected = |answer: PartArrived| matches!(answer, PartArrived::Unexpected(_));
    assert!(unexpected(book.part_arrived(placed.id, lab, 1, a, now).await.unwrap()), "not approved");
    let order = sample::approve(host, &placed, &[lab]).await;
    assert!(unexpected(book.part_arrived(order.id, self::lab(), 1, a, now).await.unwrap()), "another lab");
    assert!(unexpected(book.part_arrived(order.id, lab, 1, stranger, now).await.unwrap()), "another machine");
    assert!(
        unexpected(book.part_arrived(order.id, lab, 2, a, now).await.unwrap()),
        "an attempt nobody wants"
    );
    let missing = domain::id::OrderId::from_bytes(sample::bytes());
    assert!(unexpected(book.part_arrived(missing, lab, 1, a, now).await.unwrap()), "no order");
    assert!(book.open_deliveries(lab, None, 10).await.unwrap().items.is_empty());
}

pub async fn each_lab_waits_for_its_own_parts(host: &Host) {
    let ([near, far], [a, b], book) = ([lab(), lab()], machines(), &host.ports.orders);
    // Line 1 (machine a) goes near; line 2 (b) and 3 (a) go far.
    let order = sample::order(sample::studio(host).await, &[a, b, a]);
    sample::place(host, &order).await;
    let order = sample::approve(host, &order, &[near, far, far]).await;
    let now = Millis(20_000);
    let complete = |answer: PartArrived| matches!(answer, PartArrived::Complete(_));
    assert!(complete(book.part_arrived(order.id, near, 1, a, now).await.unwrap()));
    let job = |jobs: Vec<domain::order::Job>| jobs.into_iter().find(|j| j.machine == a).unwrap();
    assert_eq!(job(book.jobs(order.id).await.unwrap()).done_at, None, "it owes the far lab a part");
    let stages: Vec<Stage> =
        book.order(order.id).await.unwrap().unwrap().lines.iter().map(|l| l.status.stage).collect();
    assert_eq!(stages, [Stage::Sent, Stage::Approved, Stage::Approved]);
    assert_eq!(book.part_arrived(order.id, far, 1, a, now).await.unwrap(), PartArrived::Waiting);
    assert!(job(book.jobs(order.id).await.unwrap()).done_at.is_some());
    assert!(complete(book.part_arrived(order.id, far, 1, b, now).await.unwrap()));
    assert_eq!(book.attempts(order.id).await.unwrap(), [(near, 1), (far, 1)].into());
}

pub async fn the_list_of_a_lab_shrinks(host: &Host) {
    let (lab, book) = (lab(), &host.ports.orders);
    let mut orders = Vec::new();
    for _ in 0..5 {
        let [a] = machines();
        let order = sample::approved(host, &[a], &[lab]).await;
        book.part_arrived(order.id, lab, 1, a, Millis(20_000)).await.unwrap();
        orders.push(order.id);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = book.open_deliveries(lab, cursor.as_deref(), 2).await.unwrap();
        found.extend(page.items.iter().map(|d| d.order));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    found.sort();
    orders.sort();
    assert_eq!(found, orders);
    book.acknowledge_delivery(orders[0], lab, 1, Millis(21_000)).await.unwrap();
    book.acknowledge_delivery(orders[0], lab, 1, Millis(29_000)).await.unwrap();
    let acknowledged = book.delivery(orders[0], lab, 1).await.unwrap().unwrap();
    assert_eq!(acknowledged.acknowledged_at, Some(Millis(21_000)), "the first time stays");
    book.finish_delivery(orders[0], lab, 1, Millis(22_000)).await.unwrap();
    assert_eq!(book.open_deliveries(lab, None, 10).await.unwrap().items.len(), 4);
}

pub async fn damaged_files_come_again_once(host: &Host) {
    let (lab, [a, b], book) = (lab(), machines(), &host.ports.orders);
    let order = sample::approved(host, &[a, b], &[lab]).await;
    let now = Millis(20_000);
    for m in [a, b] {
        book.acknowledge_job(order.id, m, now).await.unwrap();
        book.part_arrived(order.id, lab, 1, m, now).await.unwrap();
    }
    let rung_before = rung_for(host, &OutboxEvent::Job { order: order.id, machine: a }).await;
    for _ in 0..3 {
        assert_eq!(book.ask_again(order.id, lab, 1, "a hash differs", now).await.unwrap(), 2);
    }
    assert_eq!(book.attempts(order.id).await.unwrap(), [(lab, 2)].into());
    let rung = rung_for(host, &OutboxEvent::Job { order: order.id, machine: a }).await;
    assert_eq!(rung, rung_before + 1, "asking thrice rings once");
    let jobs = book.jobs(order.id).await.unwrap();
    assert!(jobs.iter().all(|j| j.done_at.is_none() && j.acknowledged_at.is_none()), "{jobs:?}");
    assert!(book.open_deliveries(lab, None, 10).await.unwrap().items.is_empty(), "the damaged one is over");
    assert_eq!(book.part_arrived(order.id, lab, 1, a, now).await.unwrap(), PartArrived::Repeat);
    assert_eq!(book.part_arrived(order.id, lab, 2, a, now).await.unwrap(), PartArrived::Waiting);
    assert!(matches!(book.part_arrived(order.id, lab, 2, b, now).await.unwrap(), PartArrived::Complete(_)));
    let stored = book.order(order.id).await.unwrap().unwrap();
    assert!(stored.lines.iter().all(|l| (l.status.stage, l.status.attempt) == (Stage::Sent, 2)));
}

pub async fn an_attempt_that_never_came_cannot_be_asked_for_again(host: &Host) {
    let (lab, [a], book) = (lab(), machines(), &host.ports.orders);
    let order = sample::approved(host, &[a], &[lab]).await;
    assert!(book.ask_again(order.id, lab, 1, "why", Millis(1)).await.is_err());
    assert!(book.ask_again(order.id, lab, 7, "why", Millis(1)).await.is_err());
    assert_eq!(book.attempts(order.id).await.unwrap(), [(lab, 1)].into());
}

pub async fn a_gap_stays_one_when_files_come_again(host: &Host) {
    let (lab, [a], book) = (lab(), machines(), &host.ports.orders);
    let order = sample::approved(host, &[a, a], &[lab]).await;
    // After a restore: line 1 was with the lab before, and nobody knows how far it is; line 2 waits for a file.
    let held = |line: u32, why: &str| LineReport {
        line,
        attempt: 1,
        stage: Stage::Approved,
        hold: Some(why.to_owned()),
    };
    book.report_lines(order.id, &[held(1, GAP), held(2, "a drive is away")], Millis(19_000)).await.unwrap();
    book.part_arrived(order.id, lab, 1, a, Millis(20_000)).await.unwrap();
    let lines = book.order(order.id).await.unwrap().unwrap().lines;
    let seen: Vec<_> = lines.iter().map(|l| (l.status.stage, l.status.hold.as_deref())).collect();
    assert_eq!(seen, [(Stage::Sent, Some(GAP)), (Stage::Sent, None)]);
    // The lab's word ends it.
    let received = LineReport { line: 1, attempt: 1, stage: Stage::Received, hold: None };
    book.report_lines(order.id, &[received], Millis(21_000)).await.unwrap();
    assert_eq!(book.order(order.id).await.unwrap().unwrap().lines[0].status.hold, None);
}
