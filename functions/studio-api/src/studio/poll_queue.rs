//! Waits for the doorbell of this machine.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::{Ports, queues::QueueName};
use wire::queue::QueueMessage;

use crate::{
    access::MachineCaller,
    queue::{self, Wait},
    request::Params,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Params(wait): Params<Wait>,
) -> Answer<Json<Vec<QueueMessage>>> {
    Ok(Json(queue::receive(&ports, QueueName::Machine(caller.machine.id), wait).await?))
}
