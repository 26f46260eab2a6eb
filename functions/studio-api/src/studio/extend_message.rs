//! Hides a message of this machine for longer, because the work on it takes longer.

use axum::{extract::State, http::StatusCode};
use http_edge::{Answer, Json};
use ports::{Ports, queues::QueueName};
use wire::queue::ExtendVisibility;

use crate::{access::MachineCaller, queue};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Json(ask): Json<ExtendVisibility>,
) -> Answer<StatusCode> {
    queue::extend(&ports, QueueName::Machine(caller.machine.id), ask).await?;
    Ok(StatusCode::NO_CONTENT)
}
