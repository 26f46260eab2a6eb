//! The timer: rings again for what nobody acknowledged, because a queue may have been emptied or a message lost.

use domain::Millis;
use ports::Ports;

use crate::{DispatchError, ring::ring};

/// An agent that is awake acknowledges within seconds.
const PATIENCE: i64 = 10 * Millis::MINUTE;
const PAGE: u32 = 100;

/// Rings for every job and delivery that has waited longer than ten minutes; how many were rung. A queue
/// that cannot be reached does not keep the others from being rung.
pub async fn resend(ports: &Ports) -> Result<u64, DispatchError> {
    let before = ports.clock.now().plus(-PATIENCE);
    let (mut rung, mut failed) = (0, None);
    let mut cursor = None;
    loop {
        let page = ports.orders.unacknowledged(before, cursor.as_deref(), PAGE).await;
        let page = page.map_err(DispatchError::Read)?;
        for event in &page.items {
            match ring(event, ports).await {
                Ok(()) => rung += 1,
                Err(error) => {
                    tracing::warn!(%error, ?event, "a doorbell could not be rung again");
                    failed.get_or_insert(error);
                }
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return failed.map_or(Ok(rung), Err);
        }
    }
}
