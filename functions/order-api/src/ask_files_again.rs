//! POST /api/order/status/{secret}/files: files that were bought and whose time is over are wanted once more. The
//! studio's agent sends them again by itself.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use domain::digital::ask_again;
use http_edge::{Answer, Refusal};
use ports::{Ports, order_book::OutboxEvent};
use wire::{checkout::OrderView, problem::Problem, route};

use crate::{status::by_secret, view};

const TRIES: usize = 5;

#[utoipa::path(
    post,
    path = route::ORDER_FILES,
    operation_id = "ask_files_again",
    tag = "order",
    params(("secret" = String, Path)),
    responses((status = 200, body = OrderView), (status = "default", body = Problem)),
)]
pub async fn again(
    State(ports): State<Ports>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Answer<axum::Json<OrderView>> {
    for _ in 0..TRIES {
        let order = by_secret(&ports, &secret).await?;
        // Nothing is over: asked for already, perhaps by the same click.
        let Some((next, machines)) = ask_again(&order, ports.clock.now()) else {
            return Ok(axum::Json(view::order(&ports, &headers, &order).await?));
        };
        let ring: Vec<_> =
            machines.into_iter().map(|machine| OutboxEvent::Job { order: next.id, machine }).collect();
        match ports.orders.update(&next, &ring).await {
            Ok(()) => return Ok(axum::Json(view::order(&ports, &headers, &next).await?)),
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(Refusal::conflict("changed_meanwhile", "The order is being changed by somebody else.")
        .hint("Try again in a moment."))
}
