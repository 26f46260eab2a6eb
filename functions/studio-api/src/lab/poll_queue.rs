//! Waits for the doorbell of this lab.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::{Ports, queues::QueueName};
use wire::queue::QueueMessage;

use crate::{
    access::LabCaller,
    queue::{self, Wait},
    request::Params,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Params(wait): Params<Wait>,
) -> Answer<Json<Vec<QueueMessage>>> {
    Ok(Json(queue::receive(&ports, QueueName::Lab(caller.lab.id), wait).await?))
}
