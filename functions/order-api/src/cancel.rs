//! POST /api/order/status/{secret}/cancel: the customer cancels, while nobody has approved.
//!
//! Approving and cancelling compete as conditional writes; whoever loses reads the order again and is told.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use domain::{fulfilment, order::Order};
use http_edge::{Answer, Refusal};
use ports::{Ports, order_book::OutboxEvent};
use wire::{checkout::OrderView, problem::Problem, route};

use crate::{Deps, pay, payment::OnlinePayments, status::by_secret, view};

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
    State(deps): State<Deps>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Answer<axum::Json<OrderView>> {
    let ports = deps.ports;
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
            Ok(()) => {
                let next = undone(&ports, deps.online.as_ref(), next).await?;
                return Ok(axum::Json(view::order(&ports, &headers, &next).await?));
            }
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(Refusal::conflict("changed_meanwhile", "The order is being changed by somebody else.")
        .hint("Try again in a moment."))
}

/// Money goes back to where it came from. What has to be done by hand is a hold on the order.
async fn undone(ports: &Ports, online: &dyn OnlinePayments, mut order: Order) -> Answer<Order> {
    let Some(hold) = pay::undo(ports, online, &order).await else { return Ok(order) };
    for _ in 0..TRIES {
        let mut next = order.clone();
        next.settlement.hold = Some(hold.clone());
        next.revision += 1;
        match ports.orders.update(&next, &[]).await {
            Ok(()) => return Ok(next),
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
        order = ports.orders.order(order.id).await?.ok_or_else(|| Refusal::not_found("order"))?;
    }
    Ok(order)
}
