//! Hides a message of this lab for longer, because the work on it takes longer.

use axum::{extract::State, http::StatusCode};
use http_edge::{Answer, Json};
use ports::{Ports, queues::QueueName};
use wire::queue::ExtendVisibility;

use crate::{access::LabCaller, queue};

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Json(ask): Json<ExtendVisibility>,
) -> Answer<StatusCode> {
    queue::extend(&ports, QueueName::Lab(caller.lab.id), ask).await?;
    Ok(StatusCode::NO_CONTENT)
}
