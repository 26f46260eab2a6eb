//! Opens a session for a lab that signed for it.

use axum::{Json as Answered, extract::State};
use domain::id::LabId;
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::enrol::{OpenSession, Session};

use crate::{problems::unauthorised, session, token::Bearer};

pub async fn handle(State(ports): State<Ports>, Json(ask): Json<OpenSession>) -> Answer<Answered<Session>> {
    let id: LabId =
        ask.subject.parse().map_err(|e| Refusal::invalid("bad_subject", format!("The subject: {e}.")))?;
    let unknown = || {
        unauthorised("unknown_lab", "This lab is not enrolled at this host.")
            .hint("Enrol it with the token the operator made: darkslide-lab init --help")
    };
    let lab = ports.directory.lab(id).await?.ok_or_else(unknown)?;
    session::check(&ask, &lab.key.ok_or_else(unknown)?, &ports)?;
    ports.directory.lab_seen(id, ports.clock.now()).await?;
    Ok(Answered(session::open(Bearer::Lab(id), &ports)))
}
