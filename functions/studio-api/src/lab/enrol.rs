//! Enrols a lab's key with a one-time token of the operator. A repeat with the same key meets itself.

use axum::{Json as Answered, extract::State};
use domain::studio::Enrolment;
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, queues::QueueName};
use wire::enrol::{EnrolLab, LabEnrolled};

use crate::{
    enrolment::{find_token, take_token, used},
    problems::unauthorised,
};

pub async fn handle(State(ports): State<Ports>, Json(ask): Json<EnrolLab>) -> Answer<Answered<LabEnrolled>> {
    let token = find_token(&ports, &ask.token).await?;
    let Enrolment::Lab(id) = token.enrolment else {
        return Err(Refusal::invalid("token_for_studio", "This token enrols a studio's machine, not a lab.")
            .hint("Use it with `darkslide login`, or ask for one made by `darkslide-host lab add`."));
    };
    let lab = ports
        .directory
        .lab(id)
        .await?
        .ok_or_else(|| unauthorised("wrong_token", "The lab of this token is no longer at this host."))?;
    if lab.key.is_some_and(|key| key != ask.lab_key) {
        return Err(if token.used_by.is_some() { used() } else { other_key(&lab.name) });
    }
    // Keys, not ids, tell two receivers with the same token apart.
    take_token(&ports, &ask.token, &token, &ask.lab_key.to_string()).await?;
    match ports.directory.set_lab_key(id, ask.lab_key).await {
        Err(e) if e.is_conflict() => return Err(other_key(&lab.name)),
        other => other?,
    }
    ports.queues.ensure(QueueName::Lab(id)).await?;
    ports.directory.lab_seen(id, ports.clock.now()).await?;
    tracing::info!(lab = %id, "a lab was enrolled");
    Ok(Answered(LabEnrolled { lab: id, lab_name: lab.name }))
}

fn other_key(name: &str) -> Refusal {
    Refusal::conflict("other_lab_key", format!("{name} is enrolled with another key already.")).hint(
        "Studios have pinned that key. Restore the receiver's profile, or let the operator add a new lab.",
    )
}
