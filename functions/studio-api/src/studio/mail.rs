//! How the studio wants its mails: shown, set, switched off.

use axum::{Json as Answered, extract::State, http::StatusCode};
use domain::mail::{StudioMail, is_address};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;

use crate::access::MachineCaller;

pub async fn show(State(ports): State<Ports>, caller: MachineCaller) -> Answer<Answered<Option<StudioMail>>> {
    Ok(Answered(ports.mails.studio_mail(caller.studio.id).await?))
}

pub async fn set(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Json(mail): Json<StudioMail>,
) -> Answer<StatusCode> {
    if !is_address(&mail.address) {
        return Err(Refusal::invalid("bad_email", "The studio's e-mail address is not complete.")
            .hint("Give it like desk@studio.example."));
    }
    ports.mails.set_studio_mail(caller.studio.id, Some(&mail)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn off(State(ports): State<Ports>, caller: MachineCaller) -> Answer<StatusCode> {
    ports.mails.set_studio_mail(caller.studio.id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
