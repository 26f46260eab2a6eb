//! Tells this lab how to poll: at the host itself, or a queue service with credentials for its own queue.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::{Ports, queues::QueueName};
use wire::queue::QueueAccess;

use crate::{access::LabCaller, queue};

pub async fn handle(State(ports): State<Ports>, caller: LabCaller) -> Answer<Json<QueueAccess>> {
    Ok(Json(queue::access(&ports, QueueName::Lab(caller.lab.id)).await?))
}
