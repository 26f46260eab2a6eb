//! The outbox: what rings, and what rings again.

use domain::{
    Millis,
    id::{LabId, MachineId, OrderId},
};

use super::{Host, sample};
use crate::order_book::{OutboxEvent, OutboxRow};

async fn rows(host: &Host) -> Vec<OutboxRow> {
    host.ports.orders.outbox(1_000).await.unwrap()
}

async fn rows_for(host: &Host, order: OrderId) -> Vec<OutboxRow> {
    let of = |row: &OutboxRow| match row.event {
        OutboxEvent::Job { order: o, .. } | OutboxEvent::Delivery { order: o, .. } => o == order,
        OutboxEvent::Pairing { .. } => false,
    };
    rows(host).await.into_iter().filter(of).collect()
}

pub async fn a_change_rings_with_its_commit(host: &Host) {
    let (book, a) = (&host.ports.orders, MachineId::from_bytes(sample::bytes()));
    let order = sample::order(sample::studio(host).await, &[a]);
    sample::place(host, &order).await;
    let job = OutboxEvent::Job { order: order.id, machine: a };
    let placed = rows_for(host, order.id).await;
    assert_eq!(placed.iter().map(|r| r.event.clone()).collect::<Vec<_>>(), [job]);
    for _ in 0..2 {
        book.dispatched(&placed[0].id).await.unwrap();
    }
    assert!(rows_for(host, order.id).await.is_empty());
    let lab = LabId::from_bytes(sample::bytes());
    book.ring(&OutboxEvent::Pairing { lab }, Millis(5)).await.unwrap();
    let pairing = rows(host).await.into_iter().find(|r| r.event == OutboxEvent::Pairing { lab }).unwrap();
    book.dispatched(&pairing.id).await.unwrap();
}

pub async fn a_refused_change_does_not_ring(host: &Host) {
    let (book, a) = (&host.ports.orders, MachineId::from_bytes(sample::bytes()));
    let mut order = sample::order(sample::studio(host).await, &[a]);
    sample::place(host, &order).await;
    let before = rows_for(host, order.id).await.len();
    order.revision += 5;
    let ring = [OutboxEvent::Job { order: order.id, machine: a }];
    assert!(book.update(&order, &ring).await.unwrap_err().is_conflict());
    assert_eq!(rows_for(host, order.id).await.len(), before);
}

pub async fn what_nobody_acknowledged_is_found_again(host: &Host) {
    let (book, lab) = (&host.ports.orders, LabId::from_bytes(sample::bytes()));
    let [a, b] = [0, 1].map(|_| MachineId::from_bytes(sample::bytes()));
    let order = sample::order(sample::studio(host).await, &[a, b]);
    sample::place(host, &order).await;
    sample::approve(host, &order, &[lab]).await;
    let found = async |before: i64| {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = book.unacknowledged(Millis(before), cursor.as_deref(), 1).await.unwrap();
            assert!(page.items.len() <= 1);
            found.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let mine = |e: &OutboxEvent| match e {
            OutboxEvent::Job { order: o, .. } | OutboxEvent::Delivery { order: o, .. } => *o == order.id,
            OutboxEvent::Pairing { .. } => false,
        };
        found.into_iter().filter(mine).collect::<Vec<_>>()
    };
    let job = |machine| OutboxEvent::Job { order: order.id, machine };
    let delivery = OutboxEvent::Delivery { order: order.id, lab, attempt: 1 };
    assert!(found(order.placed_at.0).await.is_empty(), "too young");
    let both = found(order.placed_at.0 + 1).await;
    assert!(both.len() == 2 && both.contains(&job(a)) && both.contains(&job(b)), "{both:?}");
    book.acknowledge_job(order.id, a, Millis(11_000)).await.unwrap();
    assert_eq!(found(90_000).await, [job(b)]);
    for m in [a, b] {
        book.part_arrived(order.id, lab, 1, m, Millis(50_000)).await.unwrap();
    }
    assert_eq!(found(90_000).await, [delivery], "what is done needs no ringing");
    book.acknowledge_delivery(order.id, lab, 1, Millis(60_000)).await.unwrap();
    assert!(found(90_000).await.is_empty());
}
