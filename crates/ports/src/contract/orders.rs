//! Placing, changing and reporting on orders.

use domain::{
    Millis,
    fulfilment::{LineReport, cancel},
    handling::{Adjustment, Change, Note, adjust, remake},
    hash::Sha256,
    id::{LabId, MachineId},
    order::{OrderState, Stage},
};
use futures_util::future::{join, join_all};

use super::{Host, sample};
use crate::order_book::{KeptReport, OutboxEvent, PartArrived, Placed, PlacedWith};

fn machine() -> MachineId {
    MachineId::from_bytes(sample::bytes())
}

pub async fn placing_again_is_the_same_order(host: &Host) {
    let (book, studio) = (&host.ports.orders, sample::studio(host).await);
    let (order, secret, key) = (sample::order(studio, &[machine()]), sample::text("s"), sample::text("k"));
    assert_eq!(book.place(&order, &secret, &key, "digest").await.unwrap(), Placed::New);
    // The repeat has fresh ids, because its first answer was lost.
    let again = sample::order(studio, &[machine()]);
    let answer = book.place(&again, &sample::text("s"), &key, "digest").await.unwrap();
    assert_eq!(answer, Placed::Repeat(order.id));
    assert_eq!(book.order(again.id).await.unwrap(), None);
    assert!(book.jobs(again.id).await.unwrap().is_empty());
    assert_eq!(book.order(order.id).await.unwrap().as_ref(), Some(&order));
    assert_eq!(book.order_by_secret(&secret).await.unwrap().as_ref(), Some(&order));
    assert_eq!(book.order_by_secret(&sample::text("s")).await.unwrap(), None);
    assert_eq!(book.order_of_key(&key).await.unwrap(), Some((order.id, "digest".into())));
    assert_eq!(book.order_of_key(&sample::text("k")).await.unwrap(), None);
}

pub async fn what_an_order_was_placed_with_places_it_again(host: &Host) {
    let (book, studio) = (&host.ports.orders, sample::studio(host).await);
    let (order, secret, key) = (sample::order(studio, &[machine()]), sample::text("s"), sample::text("k"));
    assert_eq!(book.placed_with(order.id).await.unwrap(), None);
    book.place(&order, &secret, &key, "digest").await.unwrap();
    let with = PlacedWith { secret_hash: secret, key, digest: "digest".into() };
    assert_eq!(book.placed_with(order.id).await.unwrap().as_ref(), Some(&with));
    // Changes of the order leave it as it is.
    let next = cancel(&order, Millis(order.placed_at.0 + 1)).unwrap().unwrap();
    book.update(&next, &[]).await.unwrap();
    assert_eq!(book.placed_with(order.id).await.unwrap().as_ref(), Some(&with));
    let again = book.place(&order, &with.secret_hash, &with.key, &with.digest).await.unwrap();
    assert_eq!(again, Placed::Repeat(order.id));
}

pub async fn a_key_is_for_one_content(host: &Host) {
    let (book, studio, key) = (&host.ports.orders, sample::studio(host).await, sample::text("k"));
    book.place(&sample::order(studio, &[machine()]), &sample::text("s"), &key, "one").await.unwrap();
    let other = sample::order(studio, &[machine()]);
    assert_eq!(book.place(&other, &sample::text("s"), &key, "two").await.unwrap(), Placed::KeyReused);
    assert_eq!(book.order(other.id).await.unwrap(), None);
}

pub async fn racing_repeats_make_one_order(host: &Host) {
    let (book, studio, key) = (&host.ports.orders, sample::studio(host).await, sample::text("k"));
    let tries: Vec<_> = (0..8).map(|_| (sample::order(studio, &[machine()]), sample::text("s"))).collect();
    let place = |(order, secret): &(_, String)| {
        let (order, secret): (domain::order::Order, String) = (Clone::clone(order), secret.clone());
        let key = &key;
        async move { book.place(&order, &secret, key, "digest").await }
    };
    let answers: Vec<Placed> =
        join_all(tries.iter().map(place)).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|a| **a == Placed::New).count(), 1, "{answers:?}");
    assert_eq!(book.orders(studio, None, 100).await.unwrap().items.len(), 1);
}

pub async fn orders_are_listed_newest_first(host: &Host) {
    let (book, studio) = (&host.ports.orders, sample::studio(host).await);
    let mut placed = Vec::new();
    // Two at the same instant, too.
    for at in [10, 30, 20, 20, 40] {
        let mut order = sample::order(studio, &[machine()]);
        order.placed_at = Millis(at);
        sample::place(host, &order).await;
        placed.push(order.id);
    }
    sample::place(host, &sample::order(sample::studio(host).await, &[machine()])).await;
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = book.orders(studio, cursor.as_deref(), 2).await.unwrap();
        found.extend(page.items.into_iter().map(|o| (o.placed_at.0, o.id)));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [40, 30, 20, 20, 10]);
    let mut ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    placed.sort();
    assert_eq!(ids, placed);
}

pub async fn approving_and_cancelling_compete(host: &Host) {
    let book = &host.ports.orders;
    for _ in 0..5 {
        let (a, lab) = (machine(), LabId::from_bytes(sample::bytes()));
        let order = sample::order(sample::studio(host).await, &[a]);
        sample::place(host, &order).await;
        let approved =
            domain::fulfilment::approve(&order, &[(1, lab)].into(), Millis(20_000)).unwrap().unwrap();
        let cancelled = cancel(&order, Millis(20_000)).unwrap().unwrap();
        let ring = [OutboxEvent::Job { order: order.id, machine: a }];
        let (yes, no) = join(book.update(&approved, &ring), book.update(&cancelled, &ring)).await;
        assert!(yes.is_ok() != no.is_ok(), "both decided: {yes:?}, {no:?}");
        let loser = yes.as_ref().err().or(no.as_ref().err()).unwrap();
        assert!(loser.is_conflict());
        let expected = if yes.is_ok() { OrderState::Approved } else { OrderState::Cancelled };
        let stored = book.order(order.id).await.unwrap().unwrap();
        assert_eq!((stored.state, stored.revision), (expected, order.revision + 1));
        // Deciding again on what was read before is refused, too.
        assert!(book.update(&approved, &[]).await.unwrap_err().is_conflict());
    }
}

pub async fn adjusting_and_approving_compete(host: &Host) {
    let book = &host.ports.orders;
    let (a, lab) = (machine(), LabId::from_bytes(sample::bytes()));
    let order = sample::order(sample::studio(host).await, &[a]);
    sample::place(host, &order).await;
    let adjustment = Adjustment {
        order: order.id,
        revision: order.revision,
        at: Millis(15_000),
        machine: a,
        by: "Jo".into(),
        changes: vec![Change::Split { line: 1, copies: 1 }],
    };
    let adjusted = adjust(&order, &adjustment, "{signed}").unwrap();
    let approved = domain::fulfilment::approve(&order, &[(1, lab)].into(), Millis(20_000)).unwrap().unwrap();
    let ring = [OutboxEvent::Job { order: order.id, machine: a }];
    let (yes, no) = join(book.update(&adjusted, &ring), book.update(&approved, &ring)).await;
    assert!(yes.is_ok() != no.is_ok(), "both were written: {yes:?}, {no:?}");
    let stored = book.order(order.id).await.unwrap().unwrap();
    // Every word of it, and of nothing else, whoever was first.
    assert_eq!(stored, if yes.is_ok() { adjusted } else { approved });
    let mut held = stored.clone();
    held.revision += 1;
    held.handling.hold = Some(Note { at: Millis(30_000), by: "Jo".into(), text: "asks the customer".into() });
    book.update(&held, &ring).await.unwrap();
    assert!(book.update(&held, &ring).await.unwrap_err().is_conflict(), "a second time it is old");
    assert_eq!(book.order(order.id).await.unwrap(), Some(held));
}

pub async fn a_remake_waits_for_its_own_machines_only(host: &Host) {
    let book = &host.ports.orders;
    let (a, b, lab) = (machine(), machine(), LabId::from_bytes(sample::bytes()));
    let order = sample::approved(host, &[a, b], &[lab]).await;
    for machine in [a, b] {
        book.part_arrived(order.id, lab, 1, machine, Millis(30_000)).await.unwrap();
    }
    let printed = |line| LineReport { line, attempt: 1, stage: Stage::Printed, hold: None };
    let now = book.report_lines(order.id, &[printed(1), printed(2)], Millis(31_000)).await.unwrap().unwrap();
    let note = Note { at: Millis(32_000), by: "Jo".into(), text: "a scratch".into() };
    let again = remake(&now, &[2].into(), |_| 2, &note).unwrap();
    book.update(&again, &[]).await.unwrap();
    assert_eq!(book.ask_again(order.id, lab, 1, "remake", Millis(33_000)).await.unwrap(), 2);
    assert!(book.open_jobs(a, None, 10).await.unwrap().items.is_empty(), "nothing of it is theirs");
    assert_eq!(book.open_jobs(b, None, 10).await.unwrap().items.len(), 1);
    let stranger = book.part_arrived(order.id, lab, 2, a, Millis(34_000)).await.unwrap();
    assert!(matches!(stranger, PartArrived::Unexpected(_)), "{stranger:?}");
    let last = book.part_arrived(order.id, lab, 2, b, Millis(35_000)).await.unwrap();
    assert!(matches!(&last, PartArrived::Complete(d) if d.parts == [b].into() && d.attempt == 2), "{last:?}");
    let after = book.order(order.id).await.unwrap().unwrap();
    let stages: Vec<_> = after.lines.iter().map(|l| (l.status.stage, l.status.attempt)).collect();
    assert_eq!(stages, [(Stage::Printed, 1), (Stage::Sent, 2)]);
    assert!(book.open_jobs(b, None, 10).await.unwrap().items.is_empty());
}

pub async fn reports_move_lines_forward(host: &Host) {
    let book = &host.ports.orders;
    let order = sample::approved(host, &[machine(), machine()], &[LabId::from_bytes(sample::bytes())]).await;
    let report = |line, stage, hold: Option<&str>| LineReport {
        line,
        attempt: 1,
        stage,
        hold: hold.map(str::to_owned),
    };
    let reports = [report(1, Stage::Printing, Some("paper jam")), report(99, Stage::Printed, None)];
    let after = book.report_lines(order.id, &reports, Millis(30_000)).await.unwrap().unwrap();
    assert_eq!(after.lines[0].status.hold.as_deref(), Some("paper jam"));
    assert_eq!(after.lines[1].status.stage, Stage::Approved);
    assert_eq!(after.revision, order.revision + 1);
    assert_eq!(book.order(order.id).await.unwrap().as_ref(), Some(&after));
    // Old news changes nothing, not even the revision.
    let old = [report(1, Stage::Received, None)];
    let again = book.report_lines(order.id, &old, Millis(31_000)).await.unwrap().unwrap();
    assert_eq!(again, after);
    let missing = domain::id::OrderId::from_bytes(sample::bytes());
    assert_eq!(book.report_lines(missing, &old, Millis(31_000)).await.unwrap(), None);
}

pub async fn a_report_is_kept_once(host: &Host) {
    let (book, lab) = (&host.ports.orders, LabId::from_bytes(sample::bytes()));
    let order = sample::approved(host, &[machine()], &[lab]).await;
    let report = |report: &str, envelope: &str| KeptReport {
        lab,
        report: report.into(),
        envelope: envelope.into(),
        tracking: Some("DHL 123".into()),
    };
    assert!(book.keep_report(order.id, &report("r1", "{1}")).await.unwrap());
    assert!(!book.keep_report(order.id, &report("r1", "{other}")).await.unwrap());
    // Signed text, so every byte counts: as large as a report that names the files of an order's 500 lines.
    let files: Vec<String> = (0..500u32)
        .map(|n| format!(r#"{{"line":{n},"node":0,"sha256":"{}"}}"#, Sha256::of(&n.to_be_bytes()).hex()))
        .collect();
    let large = format!(r#"{{"note":"Grüße \u2028","files":[{}]}}"#, files.join(", "));
    assert!(book.keep_report(order.id, &report("r2", &large)).await.unwrap());
    let kept = book.reports(order.id).await.unwrap();
    assert!(kept == [report("r1", "{1}"), report("r2", &large)], "in the order they came, byte for byte");
}
