//! GET /api/order/status/{secret}: how far an order has come, for whoever holds its link.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, header},
};
use domain::order::Order;
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::{checkout::OrderView, problem::Problem, route};

use crate::view;

#[utoipa::path(
    get,
    path = route::ORDER_STATUS,
    operation_id = "show_order",
    tag = "order",
    params(("secret" = String, Path)),
    responses((status = 200, body = OrderView), (status = "default", body = Problem)),
)]
pub async fn show(
    State(ports): State<Ports>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Answer<([(HeaderName, &'static str); 1], axum::Json<OrderView>)> {
    let order = by_secret(&ports, &secret).await?;
    let view = view::order(&ports, &headers, &order).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-store")], axum::Json(view)))
}

pub async fn by_secret(ports: &Ports, secret: &str) -> Answer<Order> {
    let unknown = || {
        Refusal::not_found("order")
            .hint("Check that the link is complete, or ask the studio to send it again.")
    };
    if secret.len() > 64 {
        return Err(unknown());
    }
    let hash = ports.secrets.order_status_hash(secret);
    ports.orders.order_by_secret(&hash).await?.ok_or_else(unknown)
}
