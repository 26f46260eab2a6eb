//! Notes that a delivery is on the receiver's own disk.

use axum::{extract::State, http::StatusCode};
use domain::id::OrderId;
use http_edge::Answer;
use ports::Ports;

use crate::{access::LabCaller, request::Segments};

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Segments((order, attempt)): Segments<(OrderId, u32)>,
) -> Answer<StatusCode> {
    let delivery = caller.delivery(&ports, order, attempt).await?;
    ports.orders.acknowledge_delivery(order, delivery.lab, attempt, ports.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
