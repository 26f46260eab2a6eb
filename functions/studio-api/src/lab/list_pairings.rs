//! Lists the studios that asked this lab to work for them.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::Ports;
use wire::lab::PairingInfo;

use crate::access::LabCaller;

pub async fn handle(State(ports): State<Ports>, caller: LabCaller) -> Answer<Json<Vec<PairingInfo>>> {
    let pairings = ports.directory.pairings_of_lab(caller.lab.id).await?;
    Ok(Json(
        pairings
            .into_iter()
            .map(|p| PairingInfo {
                studio: p.studio,
                studio_name: p.studio_name,
                studio_key: p.studio_key,
                proof: p.proof,
                state: p.state,
            })
            .collect(),
    ))
}
