//! Asks a lab to work for this studio. The lab checks the proof with the secret of its pairing code.

use axum::{Json as Answered, extract::State};
use domain::{
    id::LabId,
    studio::{Pairing, PairingState},
};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, order_book::OutboxEvent};
use wire::orders::{AskPairing, LabInfo};

use crate::{access::MachineCaller, request::Segments};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(lab): Segments<LabId>,
    Json(ask): Json<AskPairing>,
) -> Answer<Answered<LabInfo>> {
    let lab = ports.directory.lab(lab).await?.ok_or_else(|| Refusal::not_found("lab"))?;
    if ask.studio != caller.studio.id || Some(ask.studio_key) != caller.studio.key {
        return Err(Refusal::invalid(
            "other_studio",
            "A machine can pair only its own studio, with its own key.",
        )
        .hint("Log in again, so that the agent knows its studio: darkslide login URL --token TOKEN"));
    }
    if lab.key.is_none() {
        return Err(Refusal::conflict("lab_not_enrolled", format!("{} has not enrolled yet.", lab.name))
            .hint("Ask the lab to run `darkslide-lab init` first."));
    }
    if ask.proof.len() != 64 || !ask.proof.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Refusal::invalid("bad_proof", "The proof must be 64 hexadecimal digits."));
    }
    let now = ports.clock.now();
    let asked = Pairing {
        studio: caller.studio.id,
        studio_name: caller.studio.name.clone(),
        studio_key: ask.studio_key,
        lab: lab.id,
        proof: ask.proof,
        state: PairingState::Asked,
        asked_at: now,
    };
    ports.directory.put_pairing(&asked).await?;
    let state = ports.directory.pairing(caller.studio.id, lab.id).await?.map(|p| p.state);
    if state == Some(PairingState::Asked) {
        ports.orders.ring(&OutboxEvent::Pairing { lab: lab.id }, now).await?;
    }
    Ok(Answered(LabInfo { lab: lab.id, name: lab.name, key: lab.key, pairing: state }))
}
