//! Jobs of home machines.

use domain::{
    Millis,
    digital::{Offered, OfferedFile, ask_again, offer},
    fulfilment::{LineReport, cancel},
    hash::Sha256,
    id::{GalleryId, LabId, MachineId},
    order::{LineKind, OrderLine, Stage},
};

use super::{Host, sample};
use crate::order_book::OutboxEvent;

fn machine() -> MachineId {
    MachineId::from_bytes(sample::bytes())
}

pub async fn a_home_machine_gets_one_job(host: &Host) {
    let (a, b) = (machine(), machine());
    let order = sample::order(sample::studio(host).await, &[a, b, a]);
    sample::place(host, &order).await;
    let jobs = host.ports.orders.jobs(order.id).await.unwrap();
    let machines: std::collections::BTreeSet<MachineId> = jobs.iter().map(|j| j.machine).collect();
    assert_eq!((jobs.len(), machines), (2, [a, b].into()));
    assert!(jobs.iter().all(|j| j.acknowledged_at.is_none() && j.done_at.is_none() && j.waiting.is_none()));
    assert!(jobs.iter().all(|j| j.created_at == order.placed_at && j.studio == order.studio));
}

pub async fn open_jobs_page_without_gaps(host: &Host) {
    let (mine, other, studio) = (machine(), machine(), sample::studio(host).await);
    let mut orders = Vec::new();
    for n in 0..7 {
        let order = sample::order(studio, &[if n == 6 { other } else { mine }]);
        sample::place(host, &order).await;
        orders.push(order.id);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = host.ports.orders.open_jobs(mine, cursor.as_deref(), 2).await.unwrap();
        assert!(page.items.len() <= 2);
        found.extend(page.items.into_iter().map(|j| j.order));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    found.sort();
    assert_eq!(found, orders[..6]);
}

pub async fn acknowledging_is_repeatable(host: &Host) {
    let (book, a) = (&host.ports.orders, machine());
    let order = sample::order(sample::studio(host).await, &[a]);
    sample::place(host, &order).await;
    assert_eq!(book.acknowledge_job(order.id, machine(), Millis(11_000)).await.unwrap(), None);
    let job = book.acknowledge_job(order.id, a, Millis(11_000)).await.unwrap().unwrap();
    assert_eq!(job.acknowledged_at, Some(Millis(11_000)));
    let job = book.acknowledge_job(order.id, a, Millis(12_000)).await.unwrap().unwrap();
    assert_eq!((job.acknowledged_at, job.done_at), (Some(Millis(11_000)), None));
    assert_eq!(book.open_jobs(a, None, 10).await.unwrap().items.len(), 1, "it is not done");
}

pub async fn a_cancelled_job_ends_with_its_acknowledgement(host: &Host) {
    let (book, a) = (&host.ports.orders, machine());
    let order = sample::order(sample::studio(host).await, &[a]);
    sample::place(host, &order).await;
    book.acknowledge_job(order.id, a, Millis(11_000)).await.unwrap();
    let cancelled = cancel(&order, Millis(12_000)).unwrap().unwrap();
    book.update(&cancelled, &[OutboxEvent::Job { order: order.id, machine: a }]).await.unwrap();
    let open = book.open_jobs(a, None, 10).await.unwrap().items;
    assert_eq!(open.len(), 1, "the machine has to learn of it");
    assert_eq!(open[0].acknowledged_at, None);
    let job = book.acknowledge_job(order.id, a, Millis(13_000)).await.unwrap().unwrap();
    assert_eq!(job.done_at, Some(Millis(13_000)));
    assert!(book.open_jobs(a, None, 10).await.unwrap().items.is_empty());
}

/// A digital beside a print: the job is done when the lab has its part and the customer her file.
pub async fn what_needs_no_lab_is_owed_until_it_is_delivered(host: &Host) {
    let (book, studio) = (&host.ports.orders, sample::studio(host).await);
    let (a, b, lab) = (machine(), machine(), LabId::from_bytes(sample::bytes()));
    let mut order = sample::order(studio, &[a, a]);
    order.lines[1].kind = LineKind::Digital { whole: None, release: "Print it.".into() };
    // A frame without a picture: the work of another machine, which has no part at the lab.
    let frame = OrderLine {
        no: 3,
        kind: LineKind::Item,
        nodes: Vec::new(),
        homes: [b].into(),
        ..order.lines[0].clone()
    };
    order.lines.push(frame);
    sample::place(host, &order).await;
    assert_eq!(book.jobs(order.id).await.unwrap().len(), 2, "both machines hear of it");
    let order = sample::approve(host, &order, &[lab]).await;
    assert_eq!(order.routes.keys().copied().collect::<Vec<_>>(), [1], "only the print goes to a lab");
    book.part_arrived(order.id, lab, 1, a, Millis(12_000)).await.unwrap();
    let done = async |machine| {
        let jobs = book.jobs(order.id).await.unwrap();
        jobs.iter().find(|j| j.machine == machine).unwrap().done_at
    };
    assert_eq!((done(a).await, done(b).await), (None, None));
    let shipped = |line| LineReport { line, attempt: 1, stage: Stage::Shipped, hold: None };
    let after = book.report_lines(order.id, &[shipped(2)], Millis(13_000)).await.unwrap().unwrap();
    assert_eq!(
        after.lines.iter().map(|l| l.status.stage).collect::<Vec<_>>(),
        [Stage::Sent, Stage::Shipped, Stage::Approved]
    );
    assert_eq!((done(a).await, done(b).await), (Some(Millis(13_000)), None));
    book.report_lines(order.id, &[shipped(3)], Millis(14_000)).await.unwrap();
    assert_eq!(done(b).await, Some(Millis(14_000)));
}

/// Files whose time is over are asked for again: the machine must find the job among its open ones, even if the
/// bell is lost.
pub async fn a_job_is_opened_again_when_files_are_wanted_again(host: &Host) {
    let (book, studio, a) = (&host.ports.orders, sample::studio(host).await, machine());
    let mut order = sample::order(studio, &[a]);
    order.lines[0].kind = LineKind::Digital { whole: None, release: String::new() };
    sample::place(host, &order).await;
    let order = sample::approve(host, &order, &[]).await;
    let offered = Offered {
        line: 1,
        attempt: 1,
        machine: a,
        files: vec![OfferedFile { name: "a.jpg".into(), sha256: Sha256::of(b"a"), length: 1 }],
        at: Millis(12_000),
        until: Millis(20_000),
    };
    let (next, complete) = offer(&order, &offered);
    assert!(complete);
    book.update(&next.unwrap(), &[]).await.unwrap();
    let shipped = LineReport { line: 1, attempt: 1, stage: Stage::Shipped, hold: None };
    let order = book.report_lines(order.id, &[shipped], Millis(13_000)).await.unwrap().unwrap();
    assert!(book.open_jobs(a, None, 10).await.unwrap().items.is_empty(), "nothing is owed");
    assert!(ask_again(&order, Millis(19_999)).is_none(), "it is still there");
    let (asked, machines) = ask_again(&order, Millis(20_000)).unwrap();
    assert_eq!(machines, [a].into());
    book.update(&asked, &[OutboxEvent::Job { order: order.id, machine: a }]).await.unwrap();
    let open = book.open_jobs(a, None, 10).await.unwrap().items;
    assert_eq!(open.iter().map(|j| (j.order, j.acknowledged_at)).collect::<Vec<_>>(), [(order.id, None)]);
    let after = book.order(order.id).await.unwrap().unwrap();
    assert_eq!((after.lines[0].status.attempt, after.lines[0].status.stage), (2, Stage::Approved));
    assert!(after.handling.digitals.is_empty());
}

pub async fn what_a_machine_waits_for_is_kept(host: &Host) {
    let (book, a) = (&host.ports.orders, machine());
    let order = sample::order(sample::studio(host).await, &[a]);
    sample::place(host, &order).await;
    let waiting = async || book.jobs(order.id).await.unwrap()[0].waiting.clone();
    book.set_waiting(order.id, a, Some("connect 'Photos SSD'")).await.unwrap();
    assert_eq!(waiting().await.as_deref(), Some("connect 'Photos SSD'"));
    book.set_waiting(order.id, a, None).await.unwrap();
    assert_eq!(waiting().await, None);
}

pub async fn adopting_moves_open_jobs(host: &Host) {
    let (book, studio) = (&host.ports.orders, sample::studio(host).await);
    let (old, new, gallery) = (machine(), machine(), GalleryId::from_bytes(sample::bytes()));
    let lab = LabId::from_bytes(sample::bytes());
    let open = sample::order_in(studio, gallery, &[old]);
    let sent = sample::order_in(studio, gallery, &[old]);
    for order in [&open, &sent] {
        sample::place(host, order).await;
        book.acknowledge_job(order.id, old, Millis(11_000)).await.unwrap();
    }
    sample::approve(host, &sent, &[lab]).await;
    book.part_arrived(sent.id, lab, 1, old, Millis(12_000)).await.unwrap();
    let before = book.order(open.id).await.unwrap().unwrap();
    assert_eq!(book.adopt(studio, gallery, old, new, Millis(13_000)).await.unwrap(), 1);
    let after = book.order(open.id).await.unwrap().unwrap();
    assert!(after.revision > before.revision, "an approval made on the old homes must conflict");
    assert_eq!(after.homes(), [new].into());
    let jobs = book.jobs(open.id).await.unwrap();
    assert_eq!(jobs.iter().map(|j| (j.machine, j.acknowledged_at)).collect::<Vec<_>>(), [(new, None)]);
    let rung = book.outbox(1_000).await.unwrap();
    assert!(rung.iter().any(|r| r.event == OutboxEvent::Job { order: open.id, machine: new }));
    assert_eq!(book.order(sent.id).await.unwrap().unwrap().homes(), [old].into(), "what was sent stays");
    assert_eq!(book.adopt(studio, gallery, old, new, Millis(14_000)).await.unwrap(), 0, "once is enough");
}

pub async fn adopting_leaves_other_galleries_at_home(host: &Host) {
    let (book, studio) = (&host.ports.orders, sample::studio(host).await);
    let (old, new, gallery) = (machine(), machine(), GalleryId::from_bytes(sample::bytes()));
    let mut mixed = sample::order_in(studio, gallery, &[old, old]);
    mixed.lines[1].nodes[0].gallery = GalleryId::from_bytes(sample::bytes());
    sample::place(host, &mixed).await;
    assert_eq!(book.adopt(studio, gallery, old, new, Millis(13_000)).await.unwrap(), 1);
    assert_eq!(book.order(mixed.id).await.unwrap().unwrap().homes(), [old, new].into());
    assert_eq!(book.jobs(mixed.id).await.unwrap().len(), 2);
    let elsewhere = sample::studio(host).await;
    assert_eq!(
        book.adopt(elsewhere, gallery, new, old, Millis(14_000)).await.unwrap(),
        0,
        "not their orders"
    );
}

pub async fn a_machine_owes_nothing_when_all_it_has_is_printed(host: &Host) {
    let (lab, a, b) = (LabId::from_bytes(sample::bytes()), machine(), machine());
    let order = sample::approved(host, &[a, b, a], &[lab]).await;
    let book = &host.ports.orders;
    let printed = |line| LineReport { line, attempt: 1, stage: Stage::Printed, hold: None };
    let done = async || -> Vec<bool> {
        let jobs = book.jobs(order.id).await.unwrap();
        [a, b].map(|m| jobs.iter().any(|j| j.machine == m && j.done_at.is_some())).into()
    };
    // A restored host never saw the files; the lab says that it has printed them.
    book.report_lines(order.id, &[printed(1), printed(2)], Millis(20_000)).await.unwrap();
    assert_eq!(done().await, [false, true], "line 3 is still owed");
    book.report_lines(order.id, &[printed(3)], Millis(21_000)).await.unwrap();
    assert_eq!(done().await, [true, true]);
    assert!(book.open_jobs(a, None, 10).await.unwrap().items.is_empty());
}
