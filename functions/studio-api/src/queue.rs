//! The doorbell over HTTP, the same for machines and labs; only the queue's name differs.

use std::time::Duration;

use domain::text::one_line;
use http_edge::{Answer, Refusal};
use ports::{
    Ports,
    queues::{Access, QueueName},
};
use serde::Deserialize;
use wire::queue::{ExtendVisibility, QueueAccess, QueueMessage, QueueReceipts};

use crate::problems::at_most;

const MAX_WAIT_SECONDS: u64 = 20;
const MAX_MESSAGES: u32 = 10;
/// A message that is neither deleted nor extended comes back after this.
const VISIBILITY: Duration = Duration::from_secs(60);
const MAX_EXTENSION_SECONDS: u32 = 3_600;
const MAX_RECEIPTS: usize = 100;
const MAX_RECEIPT_CHARACTERS: usize = 2_048;

#[derive(Deserialize)]
pub struct Wait {
    /// Seconds; longer waits are cut to 20.
    pub wait: Option<u64>,
}

pub async fn receive(ports: &Ports, queue: QueueName, wait: Wait) -> Answer<Vec<QueueMessage>> {
    let wait = Duration::from_secs(wait.wait.unwrap_or(MAX_WAIT_SECONDS).min(MAX_WAIT_SECONDS));
    let received = ports.queues.receive(queue, MAX_MESSAGES, wait, VISIBILITY).await?;
    Ok(received
        .into_iter()
        .map(|m| QueueMessage { receipt: m.receipt, body: m.body, receives: m.receives })
        .collect())
}

pub async fn delete(ports: &Ports, queue: QueueName, ask: QueueReceipts) -> Answer<()> {
    at_most("receipts", ask.receipts.len(), MAX_RECEIPTS)?;
    for receipt in &ask.receipts {
        check_receipt(receipt)?;
    }
    for receipt in &ask.receipts {
        ports.queues.delete(queue, receipt).await?;
    }
    Ok(())
}

pub async fn extend(ports: &Ports, queue: QueueName, ask: ExtendVisibility) -> Answer<()> {
    check_receipt(&ask.receipt)?;
    if ask.seconds > MAX_EXTENSION_SECONDS {
        return Err(Refusal::invalid(
            "too_long",
            format!("A message can be hidden for at most {MAX_EXTENSION_SECONDS} s at a time."),
        ));
    }
    Ok(ports.queues.extend(queue, &ask.receipt, Duration::from_secs(ask.seconds.into())).await?)
}

pub async fn access(ports: &Ports, queue: QueueName) -> Answer<QueueAccess> {
    Ok(match ports.queues.access(queue).await? {
        Access::Http => QueueAccess::Http,
        Access::Sqs {
            queue_url,
            region,
            endpoint,
            access_key_id,
            secret_access_key,
            session_token,
            expires_at,
        } => QueueAccess::Sqs {
            queue_url,
            region,
            endpoint,
            access_key_id,
            secret_access_key,
            session_token,
            expires_at,
        },
    })
}

fn check_receipt(receipt: &str) -> Answer<()> {
    let good = (1..=MAX_RECEIPT_CHARACTERS).contains(&receipt.len())
        && receipt.bytes().all(|b| b.is_ascii_graphic());
    if good {
        return Ok(());
    }
    let shown = one_line(receipt, 40);
    Err(Refusal::invalid("bad_receipt", format!("{shown:?} is not a receipt of this host's queues.")))
}
