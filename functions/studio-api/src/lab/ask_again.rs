//! Asks the studio's machines for a new attempt, because what arrived was damaged or has gone.

use axum::{extract::State, http::StatusCode};
use domain::{id::OrderId, text::one_line};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::lab::AskAgain;

use crate::{access::LabCaller, request::Segments};

const MAX_WHY: usize = 300;
/// A person has long looked by then.
const MAX_ATTEMPTS: u32 = 100;

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Segments((order, attempt)): Segments<(OrderId, u32)>,
    Json(ask): Json<AskAgain>,
) -> Answer<StatusCode> {
    let delivery = caller.delivery(&ports, order, attempt).await?;
    let why = one_line(&ask.why, MAX_WHY);
    if why.is_empty() {
        return Err(Refusal::invalid("no_reason", "Say what was wrong, so that the studio can mend it."));
    }
    if attempt >= MAX_ATTEMPTS {
        return Err(Refusal::conflict("too_many_attempts", format!("{attempt} attempts failed already."))
            .hint("Call the studio."));
    }
    let wanted = ports.orders.ask_again(order, delivery.lab, attempt, &why, ports.clock.now()).await?;
    tracing::warn!(%order, lab = %delivery.lab, attempt, wanted, %why, "a lab asked again");
    Ok(StatusCode::NO_CONTENT)
}
