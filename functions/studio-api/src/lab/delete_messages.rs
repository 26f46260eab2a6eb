//! Deletes messages that this lab has dealt with.

use axum::{extract::State, http::StatusCode};
use http_edge::{Answer, Json};
use ports::{Ports, queues::QueueName};
use wire::queue::QueueReceipts;

use crate::{access::LabCaller, queue};

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Json(ask): Json<QueueReceipts>,
) -> Answer<StatusCode> {
    queue::delete(&ports, QueueName::Lab(caller.lab.id), ask).await?;
    Ok(StatusCode::NO_CONTENT)
}
