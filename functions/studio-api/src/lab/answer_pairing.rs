//! Accepts or refuses a studio. A lab may change its mind; orders approved before run on.

use axum::{extract::State, http::StatusCode};
use domain::{id::StudioId, studio::PairingState};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::lab::AnswerPairing;

use crate::{access::LabCaller, request::Segments};

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Segments(studio): Segments<StudioId>,
    Json(answer): Json<AnswerPairing>,
) -> Answer<StatusCode> {
    let state = if answer.accept { PairingState::Accepted } else { PairingState::Refused };
    let answered = ports.directory.answer_pairing(studio, caller.lab.id, state).await?;
    answered.ok_or_else(|| Refusal::not_found("pairing"))?;
    Ok(StatusCode::NO_CONTENT)
}
