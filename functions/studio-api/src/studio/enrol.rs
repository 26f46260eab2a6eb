//! Enrols a machine with a one-time token. A repeat by the same machine meets itself.

use axum::{Json as Answered, extract::State};
use domain::studio::{Enrolment, Machine, Studio, machine_certificate_text};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, queues::QueueName};
use wire::{
    enrol::{EnrolMachine, MachineEnrolled},
    signed::verify_text,
};

use crate::{
    enrolment::{find_token, take_token},
    problems::{suspended, unauthorised},
};

pub async fn handle(
    State(ports): State<Ports>,
    Json(ask): Json<EnrolMachine>,
) -> Answer<Answered<MachineEnrolled>> {
    let token = find_token(&ports, &ask.token).await?;
    let Enrolment::Machine(studio) = token.enrolment else {
        return Err(Refusal::invalid("token_for_lab", "This token enrols a lab, not a studio's machine.")
            .hint("Use it with darkslide-lab, or ask for one made by `darkslide-host studio add`."));
    };
    let studio =
        ports.directory.studio(studio).await?.ok_or_else(|| {
            unauthorised("wrong_token", "The studio of this token is no longer at this host.")
        })?;
    if studio.suspended {
        return Err(suspended(&studio));
    }
    let enrolled_at = check_keys(&ports, &studio, &ask).await?;
    let name = domain::text::one_line(&ask.machine_name, 80);
    if name.is_empty() {
        return Err(
            Refusal::invalid("no_name", "The machine has no name.").hint("Give it one, such as Studio Mac.")
        );
    }

    take_token(&ports, &ask.token, &token, &ask.machine.to_string()).await?;
    match ports.directory.set_studio_key(studio.id, ask.studio_key).await {
        Err(e) if e.is_conflict() => return Err(other_studio_key(&studio)),
        other => other?,
    }
    let now = ports.clock.now();
    let machine = Machine {
        id: ask.machine,
        studio: studio.id,
        name,
        device_key: ask.device_key,
        certificate: ask.certificate,
        enrolled_at: enrolled_at.unwrap_or(now),
        last_seen_at: now,
    };
    match ports.directory.put_machine(&machine).await {
        Err(e) if e.is_conflict() => return Err(machine_taken()),
        other => other?,
    }
    ports.queues.ensure(QueueName::Machine(machine.id)).await?;
    tracing::info!(studio = %studio.id, machine = %machine.id, "a machine was enrolled");
    Ok(Answered(MachineEnrolled { studio: studio.id, studio_name: studio.name, machine: machine.id }))
}

/// Refuses before the token is spent. Answers when this machine was enrolled before, if it was.
async fn check_keys(ports: &Ports, studio: &Studio, ask: &EnrolMachine) -> Answer<Option<domain::Millis>> {
    let text = machine_certificate_text(studio.id, ask.machine, &ask.device_key);
    if !verify_text(&text, &ask.certificate, &ask.studio_key) {
        return Err(Refusal::invalid(
            "bad_certificate",
            "The studio's key did not sign this machine's certificate.",
        )
        .hint("Repeat the login; if it stays so, invite the machine again."));
    }
    if studio.key.is_some_and(|key| key != ask.studio_key) {
        return Err(other_studio_key(studio));
    }
    match ports.directory.machine(ask.machine).await? {
        Some(known) if known.studio != studio.id || known.device_key != ask.device_key => {
            Err(machine_taken())
        }
        known => Ok(known.map(|m| m.enrolled_at)),
    }
}

fn other_studio_key(studio: &Studio) -> Refusal {
    Refusal::conflict(
        "other_studio_key",
        format!("The studio {:?} has a signing key already, and this machine brought another.", studio.name),
    )
    .hint("On a machine that is enrolled run `darkslide machine invite`, and log in with what it prints.")
}

fn machine_taken() -> Refusal {
    Refusal::conflict("machine_taken", "This machine's id is enrolled with another key.")
        .hint("Was the profile copied from another computer? Start a new one: darkslide init")
}
