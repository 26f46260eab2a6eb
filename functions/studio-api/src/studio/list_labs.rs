//! Lists the labs of this host, and how this studio stands with each.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::Ports;
use wire::orders::LabInfo;

use crate::access::MachineCaller;

const PAGE: u32 = 100;
/// A host serves a handful; beyond this the list would not be read by a person anyway.
const MAX_LABS: usize = 1_000;

pub async fn handle(State(ports): State<Ports>, caller: MachineCaller) -> Answer<Json<Vec<LabInfo>>> {
    let pairings = ports.directory.pairings_of_studio(caller.studio.id).await?;
    let mut labs = Vec::new();
    let mut cursor = None;
    loop {
        let page = ports.directory.labs(cursor.as_deref(), PAGE).await?;
        labs.extend(page.items.into_iter().map(|lab| LabInfo {
            lab: lab.id,
            name: lab.name,
            key: lab.key,
            pairing: pairings.iter().find(|p| p.lab == lab.id).map(|p| p.state),
        }));
        cursor = page.next;
        if cursor.is_none() || labs.len() >= MAX_LABS {
            return Ok(Json(labs));
        }
    }
}
