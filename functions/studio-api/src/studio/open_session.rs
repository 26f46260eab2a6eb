//! Opens a session for a machine that signed for it.

use axum::{Json as Answered, extract::State};
use domain::id::MachineId;
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::enrol::{OpenSession, Session};

use crate::{
    problems::{suspended, unauthorised},
    session,
    token::Bearer,
};

pub async fn handle(State(ports): State<Ports>, Json(ask): Json<OpenSession>) -> Answer<Answered<Session>> {
    let id: MachineId =
        ask.subject.parse().map_err(|e| Refusal::invalid("bad_subject", format!("The subject: {e}.")))?;
    let unknown = || {
        unauthorised("unknown_machine", "This machine is not enrolled at this host.")
            .hint("Enrol it: darkslide login URL --token TOKEN")
    };
    let machine = ports.directory.machine(id).await?.ok_or_else(unknown)?;
    session::check(&ask, &machine.device_key, &ports)?;
    let studio = ports.directory.studio(machine.studio).await?.ok_or_else(unknown)?;
    if studio.suspended {
        return Err(suspended(&studio));
    }
    ports.directory.machine_seen(id, ports.clock.now()).await?;
    Ok(Answered(session::open(Bearer::Machine { machine: id, studio: studio.id }, &ports)))
}
