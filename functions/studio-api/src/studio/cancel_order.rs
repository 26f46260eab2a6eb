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
    let reason = ask.reason.map(|r| one_line(&r, MAX_REASON)).filter(|r| !r.is_empty());
    let order = change_order(&ports, &caller, id, |order| {
        let mut next = cancel(order, now).map_err(|e| {
            Refusal::conflict("already_approved", format!("{e}."))
                .hint("The lab may be printing it. Call the lab if it must be stopped.")
        })?;
        if let Some(next) = &mut next {
            next.handling.cancel_reason.clone_from(&reason);
        }
        Ok(next)
    })
    .await?;
    Ok(Answered(studio_order(&ports, order).await?))
}
