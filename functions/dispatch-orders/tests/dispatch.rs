//! The outbox and the timer against the embedded ports.
#![expect(clippy::unwrap_used, reason = "what a test prepares must work")]

use std::{sync::Arc, time::Duration};

use darkslide_dispatch_orders::{handle, resend};
use domain::{Millis, id::*, order::Order};
use embedded::Store;
use ports::{Ports, Secrets, clock::TestClock, contract::sample, order_book::OutboxEvent, queues::QueueName};
use wire::queue::Doorbell;

const NOW: i64 = 1_790_000_000_000;
const MACHINES: [MachineId; 2] = [MachineId::from_bytes([1; 16]), MachineId::from_bytes([2; 16])];
const LAB: LabId = LabId::from_bytes([3; 16]);

struct Host {
    ports: Ports,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

fn host() -> Host {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::at(NOW));
    let secrets = Secrets {
        code_hash: vec![1],
        object_key: vec![2],
        session: vec![3],
        grant: vec![4],
        cookie: vec![],
        site: "https://prints.example".into(),
        https: true,
    };
    let ports = Store::open(folder.path(), Arc::new(secrets), clock.clone()).unwrap().ports();
    Host { ports, clock, _folder: folder }
}

impl Host {
    async fn place(&self, n: u8) -> OrderId {
        let order = order(n);
        let key = n.to_string();
        self.ports.orders.place(&order, &key, &key, &key).await.unwrap();
        order.id
    }

    /// Handles the outbox until it is empty; how many rows there were.
    async fn dispatch(&self) -> usize {
        let mut count = 0;
        loop {
            let rows = self.ports.orders.outbox(100).await.unwrap();
            if rows.is_empty() {
                return count;
            }
            count += rows.len();
            for row in rows {
                handle(row, &self.ports).await.unwrap();
            }
        }
    }

    /// Takes what rings, as an agent does that never deletes.
    async fn heard(&self, queue: QueueName) -> Vec<Doorbell> {
        let none = Duration::ZERO;
        let got = self.ports.queues.receive(queue, 10, none, Duration::from_secs(30)).await.unwrap();
        got.iter().map(|m| serde_json::from_str(&m.body).unwrap()).collect()
    }
}

/// A composite: one line with a picture of each machine.
fn order(n: u8) -> Order {
    let mut order = sample::order(StudioId::from_bytes([8; 16]), &MACHINES);
    let nodes = order.lines.iter().flat_map(|line| line.nodes.clone()).collect();
    order.lines.truncate(1);
    order.lines[0].nodes = nodes;
    Order { id: OrderId::from_bytes([n; 16]), placed_at: Millis(NOW), state_at: Millis(NOW), ..order }
}

#[tokio::test]
async fn a_placed_order_rings_at_each_home_once() {
    let host = host();
    let order = host.place(1).await;
    let rows = host.ports.orders.outbox(10).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        handle(row, &host.ports).await.unwrap();
    }
    assert!(host.ports.orders.outbox(10).await.unwrap().is_empty());
    for machine in MACHINES {
        assert_eq!(host.heard(QueueName::Machine(machine)).await, [Doorbell::Job { order }]);
    }
    assert_eq!(host.dispatch().await, 0);
}

#[tokio::test]
async fn a_repeated_row_rings_again_and_breaks_nothing() {
    let host = host();
    let order = host.place(1).await;
    let row = host.ports.orders.outbox(10).await.unwrap().remove(0);
    let queue = QueueName::Machine(MACHINES[0]);
    handle(row.clone(), &host.ports).await.unwrap();
    assert_eq!(host.heard(queue).await, [Doorbell::Job { order }]);
    handle(row, &host.ports).await.unwrap();
    assert_eq!(host.heard(queue).await, [Doorbell::Job { order }]);
}

#[tokio::test]
async fn labs_hear_of_deliveries_and_pairings() {
    let host = host();
    let order = OrderId::from_bytes([1; 16]);
    let events = [OutboxEvent::Delivery { order, lab: LAB, attempt: 2 }, OutboxEvent::Pairing { lab: LAB }];
    for event in &events {
        host.ports.orders.ring(event, Millis(NOW)).await.unwrap();
    }
    assert_eq!(host.dispatch().await, 2);
    let heard = host.heard(QueueName::Lab(LAB)).await;
    assert_eq!(heard, [Doorbell::Delivery { order, lab: LAB, attempt: 2 }, Doorbell::Pairing]);
}

#[tokio::test]
async fn a_full_outbox_is_emptied() {
    let host = host();
    for n in 1..=120 {
        host.place(n).await;
    }
    assert_eq!(host.dispatch().await, 240);
    assert!(host.ports.orders.outbox(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_timer_rings_again_until_somebody_acknowledges() {
    let host = host();
    let order = host.place(1).await;
    host.dispatch().await;
    let queue = QueueName::Machine(MACHINES[0]);
    assert_eq!(host.heard(queue).await.len(), 1);
    // Nobody is hurried within ten minutes.
    host.clock.advance(9 * Millis::MINUTE);
    assert_eq!(resend(&host.ports).await.unwrap(), 0);
    host.clock.advance(2 * Millis::MINUTE);
    assert_eq!(resend(&host.ports).await.unwrap(), 2);
    assert!(host.heard(queue).await.contains(&Doorbell::Job { order }));
    host.ports.orders.acknowledge_job(order, MACHINES[0], Millis(NOW)).await.unwrap();
    assert_eq!(resend(&host.ports).await.unwrap(), 1);
    host.ports.orders.acknowledge_job(order, MACHINES[1], Millis(NOW)).await.unwrap();
    assert_eq!(resend(&host.ports).await.unwrap(), 0);
}

#[tokio::test]
async fn three_weeks_of_work_are_paged_through() {
    let host = host();
    for n in 1..=120 {
        host.place(n).await;
    }
    host.clock.advance(21 * Millis::DAY);
    assert_eq!(resend(&host.ports).await.unwrap(), 240);
}
