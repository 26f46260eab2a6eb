//! Cancels an order that nobody has approved. Approval and cancellation compete; one wins.

use axum::{Json as Answered, extract::State};
use domain::{fulfilment::cancel, id::OrderId, text::one_line};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::{Cancel, StudioOrder};

use crate::{access::MachineCaller, decide::change_order, request::Segments, views::studio_order};

const MAX_REASON: usize = 300;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<Cancel>,
) -> Answer<Answered<StudioOrder>> {
    let now = ports.clock.now();
    let order = change_order(&ports, &caller, id, |order| {
        cancel(order, now).map_err(|e| {
            Refusal::conflict("already_approved", format!("{e}."))
                .hint("The lab may be printing it. Call the lab if it must be stopped.")
        })
    })
    .await?;
    if let Some(reason) = ask.reason {
        tracing::info!(order = %id, reason = %one_line(&reason, MAX_REASON), "why it was cancelled");
    }
    Ok(Answered(studio_order(&ports, order).await?))
}
