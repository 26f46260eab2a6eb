//! Shows an order with its jobs and the labs' signed reports.

use axum::{Json, extract::State};
use domain::id::OrderId;
use http_edge::Answer;
use ports::Ports;
use wire::orders::StudioOrder;

use crate::{access::MachineCaller, request::Segments, views::studio_order};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(order): Segments<OrderId>,
) -> Answer<Json<StudioOrder>> {
    let order = caller.order(&ports, order).await?;
    Ok(Json(studio_order(&ports, order).await?))
}
