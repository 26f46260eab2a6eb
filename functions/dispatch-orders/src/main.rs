//! The function `dispatch-orders` as Lambda runs it: woken by the table's stream for rows of the outbox, and
//! by the schedule to ring again.

use darkslide_aws::{Settings, stream::outbox_row};
use darkslide_dispatch_orders::{DispatchError, handle, resend};
use domain::Millis;
use lambda_edge::{Ask, LambdaEvent, Task};
use ports::{PortError, Ports, order_book::OutboxRow};
use serde_json::{Value, json};

/// The stream delivers within seconds; what it has not delivered after this long, it lost.
const LOST_AFTER: i64 = 2 * Millis::MINUTE;
/// Oldest first, so that what one run leaves is the next run's beginning.
const ROWS_A_RUN: u32 = 200;
const HOUR: i64 = 60 * Millis::MINUTE;
const PAGE: u32 = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_edge::Ended> {
    lambda_edge::start_logs();
    let ports = darkslide_aws::connect(Settings::from_env()?).await?.with_queues().ports;
    lambda_edge::run(move |event: LambdaEvent<Ask>| answer(event, ports.clone())).await
}

async fn answer(event: LambdaEvent<Ask>, ports: Ports) -> Result<Value, lambda_edge::Error> {
    match event.payload {
        Ask::Stream(records) => {
            let ring = |row: OutboxRow| {
                let ports = ports.clone();
                async move { handle(row, &ports).await }
            };
            let response =
                lambda_edge::rows(LambdaEvent::new(records, event.context), outbox_row, ring).await;
            Ok(serde_json::to_value(response)?)
        }
        Ask::Task { task: Task::Resend } => {
            // Each is tried whatever became of the one before; an error fails the invocation, and an alarm sees it.
            let lost = ring_lost(&ports).await;
            let again = resend(&ports).await;
            let unclaimed = unclaimed(&ports).await?;
            // template.yaml makes a metric of this field, and an alarm of the metric.
            tracing::info!(unclaimed_for_an_hour = unclaimed, "counted what nobody has acknowledged");
            let (lost, again) = (lost?, again?);
            tracing::info!(
                lost,
                again,
                "rang for rows the stream lost, and again for what nobody acknowledged"
            );
            Ok(json!({ "lost": lost, "again": again, "unclaimed_for_an_hour": unclaimed }))
        }
    }
}

/// Jobs and deliveries that wait for a computer that seems to be off.
async fn unclaimed(ports: &Ports) -> Result<u64, PortError> {
    let before = ports.clock.now().plus(-HOUR);
    let (mut count, mut cursor) = (0, None);
    loop {
        let page = ports.orders.unacknowledged(before, cursor.as_deref(), PAGE).await?;
        count += page.items.len() as u64;
        cursor = page.next;
        if cursor.is_none() {
            return Ok(count);
        }
    }
}

/// Rings for rows whose record never came; how many. One that fails does not keep the others waiting.
async fn ring_lost(ports: &Ports) -> Result<u64, DispatchError> {
    let before = ports.clock.now().plus(-LOST_AFTER);
    let rows = ports.orders.outbox(ROWS_A_RUN).await.map_err(DispatchError::Read)?;
    let (mut rung, mut failed) = (0, None);
    for row in rows.into_iter().filter(|row| row.at < before) {
        let id = row.id.clone();
        match handle(row, ports).await {
            Ok(()) => rung += 1,
            Err(error) => {
                tracing::warn!(%error, row = id, "a row of the outbox could not be rung");
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(rung), Err)
}
