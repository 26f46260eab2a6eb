//! Keeps an order back from approval with a reason, or lets it go on.

use axum::{Json as Answered, extract::State};
use domain::{
    handling::Note,
    id::OrderId,
    order::{Order, OrderState},
    text::one_line,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::{HoldOrder, StudioOrder};

use crate::{
    access::MachineCaller,
    decide::{change_order, person},
    problems::cancelled,
    request::Segments,
    views::studio_order,
};

const MAX_REASON: usize = 300;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<HoldOrder>,
) -> Answer<Answered<StudioOrder>> {
    let (now, by) = (ports.clock.now(), person(&caller, ask.by.as_deref()));
    let reason = ask.reason.map(|r| one_line(&r, MAX_REASON)).filter(|r| !r.is_empty());
    let order = change_order(&ports, &caller, id, |order| {
        if order.handling.hold.as_ref().map(|h| &h.text) == reason.as_ref() {
            return Ok(None);
        }
        match (order.state, &reason) {
            (OrderState::Cancelled, _) => return Err(cancelled(order)),
            (OrderState::Approved, Some(_)) => {
                return Err(Refusal::conflict(
                    "already_approved",
                    format!(
                        "Order {} is approved already, so it can no longer be kept back.",
                        order.id.number()
                    ),
                )
                .hint("Call the lab if it must be stopped."));
            }
            _ => {}
        }
        let mut next = Order { revision: order.revision + 1, ..order.clone() };
        next.handling.hold = reason.clone().map(|text| Note { at: now, by: by.clone(), text });
        Ok(Some(next))
    })
    .await?;
    Ok(Answered(studio_order(&ports, order).await?))
}
