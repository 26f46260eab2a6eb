//! Queues: at least once, hidden while somebody works on it.

use std::time::{Duration, Instant};

use domain::id::{LabId, MachineId};

use super::{Host, sample};
use crate::queues::{QueueName, Received};

const NOW: Duration = Duration::ZERO;
const HIDDEN: Duration = Duration::from_secs(2);

async fn queue(host: &Host) -> QueueName {
    let queue = QueueName::Machine(MachineId::from_bytes(sample::bytes()));
    host.ports.queues.ensure(queue).await.unwrap();
    host.ports.queues.ensure(queue).await.unwrap();
    queue
}

/// At once where the store can, within a moment where it is a network away.
async fn receive(host: &Host, queue: QueueName) -> Vec<Received> {
    let wait = if host.own_clock { Duration::from_secs(1) } else { NOW };
    host.ports.queues.receive(queue, 10, wait, HIDDEN).await.unwrap()
}

pub async fn a_received_message_is_hidden_until_its_time(host: &Host) {
    let queue = queue(host).await;
    assert!(receive(host, queue).await.is_empty());
    host.ports.queues.send(queue, "{\"order\":1}").await.unwrap();
    let first = receive(host, queue).await;
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].body.as_str(), first[0].receives), ("{\"order\":1}", 1));
    assert!(receive(host, queue).await.is_empty());
    host.pass(2_100).await;
    let second = receive(host, queue).await;
    assert_eq!((second.len(), second[0].receives), (1, 2));
    assert_ne!(second[0].receipt, first[0].receipt);
}

pub async fn a_deleted_message_does_not_come_back(host: &Host) {
    let queue = queue(host).await;
    host.ports.queues.send(queue, "a").await.unwrap();
    let received = receive(host, queue).await;
    for _ in 0..2 {
        host.ports.queues.delete(queue, &received[0].receipt).await.unwrap();
    }
    host.pass(2_100).await;
    assert!(receive(host, queue).await.is_empty());
}

pub async fn an_old_receipt_deletes_nothing(host: &Host) {
    let queue = queue(host).await;
    host.ports.queues.send(queue, "a").await.unwrap();
    let first = receive(host, queue).await;
    host.pass(2_100).await;
    let second = receive(host, queue).await;
    assert_eq!(second.len(), 1);
    host.ports.queues.delete(queue, &first[0].receipt).await.unwrap();
    host.pass(2_100).await;
    assert_eq!(receive(host, queue).await.len(), 1, "the slow one deleted what another works on");
}

pub async fn extending_hides_longer(host: &Host) {
    let queue = queue(host).await;
    host.ports.queues.send(queue, "a").await.unwrap();
    let received = receive(host, queue).await;
    host.ports.queues.extend(queue, &received[0].receipt, Duration::from_secs(5)).await.unwrap();
    host.pass(3_000).await;
    assert!(receive(host, queue).await.is_empty());
    host.pass(2_500).await;
    assert_eq!(receive(host, queue).await.len(), 1);
}

pub async fn a_waiting_receiver_wakes(host: &Host) {
    let queue = queue(host).await;
    let begun = Instant::now();
    let wait = host.ports.queues.receive(queue, 10, Duration::from_secs(10), HIDDEN);
    let send = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        host.ports.queues.send(queue, "late").await.unwrap();
    };
    let (received, ()) = tokio::join!(wait, send);
    assert_eq!(received.unwrap()[0].body, "late");
    assert!(begun.elapsed() < Duration::from_secs(5), "it slept through the bell");
    let begun = Instant::now();
    let none = host.ports.queues.receive(queue, 10, Duration::from_secs(1), HIDDEN).await.unwrap();
    assert!(none.is_empty() && begun.elapsed() >= Duration::from_millis(800), "it did not wait");
}

pub async fn queues_do_not_mix(host: &Host) {
    let (mine, other) = (queue(host).await, queue(host).await);
    let lab = QueueName::Lab(LabId::from_bytes(sample::bytes()));
    host.ports.queues.ensure(lab).await.unwrap();
    host.ports.queues.send(mine, "a").await.unwrap();
    assert!(receive(host, other).await.is_empty());
    assert!(receive(host, lab).await.is_empty());
    let received = receive(host, mine).await;
    assert_eq!(received.len(), 1);
    // A receipt is of one queue: with another queue's name it must not delete, error or not.
    let _ = host.ports.queues.delete(other, &received[0].receipt).await;
    host.pass(2_100).await;
    assert_eq!(receive(host, mine).await.len(), 1);
}
