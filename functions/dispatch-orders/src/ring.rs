//! From an outbox event to the doorbell in the right queue.

use ports::{Ports, order_book::OutboxEvent, queues::QueueName};
use wire::queue::Doorbell;

use crate::DispatchError;

pub(crate) async fn ring(event: &OutboxEvent, ports: &Ports) -> Result<(), DispatchError> {
    let (queue, doorbell) = match *event {
        OutboxEvent::Job { order, machine } => (QueueName::Machine(machine), Doorbell::Job { order }),
        OutboxEvent::Delivery { order, lab, attempt } => {
            (QueueName::Lab(lab), Doorbell::Delivery { order, lab, attempt })
        }
        OutboxEvent::Pairing { lab } => (QueueName::Lab(lab), Doorbell::Pairing),
    };
    let body = serde_json::to_string(&doorbell)?;
    let sent = ports.queues.send(queue, &body).await;
    sent.map_err(|source| DispatchError::Ring { what: queue.to_string(), source })
}
