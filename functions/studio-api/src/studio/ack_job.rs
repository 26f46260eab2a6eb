//! Notes that a job is on the machine's own disk, so the timer rings no more for it.

use axum::{extract::State, http::StatusCode};
use domain::id::OrderId;
use http_edge::{Answer, Refusal};
use ports::Ports;

use crate::{access::MachineCaller, request::Segments};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(order): Segments<OrderId>,
) -> Answer<StatusCode> {
    let (order, _) = caller.job(&ports, order).await?;
    let acknowledged = ports.orders.acknowledge_job(order.id, caller.machine.id, ports.clock.now()).await?;
    acknowledged.ok_or_else(|| Refusal::not_found("job"))?;
    Ok(StatusCode::NO_CONTENT)
}
