//! Deletes messages that this machine has dealt with.

use axum::{extract::State, http::StatusCode};
use http_edge::{Answer, Json};
use ports::{Ports, queues::QueueName};
use wire::queue::QueueReceipts;

use crate::{access::MachineCaller, queue};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Json(ask): Json<QueueReceipts>,
) -> Answer<StatusCode> {
    queue::delete(&ports, QueueName::Machine(caller.machine.id), ask).await?;
    Ok(StatusCode::NO_CONTENT)
}
