//! POST /api/order/status/{secret}/cancel: the customer cancels, while nobody has approved.
//!
//! Approving and cancelling compete as conditional writes; whoever loses reads the order again and is told.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use domain::fulfilment;
use http_edge::{Answer, Refusal};
use ports::{Ports, order_book::OutboxEvent};
use wire::{checkout::OrderView, problem::Problem, route};

use crate::{status::by_secret, view};

const TRIES: usize = 5;

#[utoipa::path(
    post,
    path = route::ORDER_CANCEL,
    operation_id = "cancel_order",
    tag = "order",
    params(("secret" = String, Path)),
    responses((status = 200, body = OrderView), (status = "default", body = Problem)),
)]
pub async fn cancel(
    State(ports): State<Ports>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Answer<axum::Json<OrderView>> {
    for _ in 0..TRIES {
        let order = by_secret(&ports, &secret).await?;
        let next = fulfilment::cancel(&order, ports.clock.now())
            .map_err(|e| Refusal::conflict("too_late", format!("{e}.")).hint("Please call the studio."))?;
        let Some(next) = next else {
            return Ok(axum::Json(view::order(&ports, &headers, &order).await?));
        };
        let ring: Vec<_> =
            next.homes().into_iter().map(|machine| OutboxEvent::Job { order: next.id, machine }).collect();
        match ports.orders.update(&next, &ring).await {
            Ok(()) => return Ok(axum::Json(view::order(&ports, &headers, &next).await?)),
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(Refusal::conflict("changed_meanwhile", "The order is being changed by somebody else.")
        .hint("Try again in a moment."))
}
