//! Shows the studio, the calling machine and its siblings.

use axum::{Json, extract::State};
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::enrol::{Account, MachineInfo};

use crate::access::MachineCaller;

pub async fn handle(State(ports): State<Ports>, caller: MachineCaller) -> Answer<Json<Account>> {
    let MachineCaller { studio, machine } = caller;
    let studio_key = studio.key.ok_or_else(|| {
        Refusal::conflict("no_studio_key", "The studio has no signing key yet.")
            .hint("Repeat the login: darkslide login URL --token TOKEN")
    })?;
    let machines = ports.directory.machines(studio.id).await?;
    Ok(Json(Account {
        studio: studio.id,
        studio_name: studio.name,
        studio_key,
        machine: machine.id,
        machines: machines
            .into_iter()
            .map(|m| MachineInfo {
                machine: m.id,
                name: m.name,
                device_key: m.device_key,
                certificate: m.certificate,
                last_seen_at: m.last_seen_at.0,
            })
            .collect(),
        site: ports.secrets.site.clone(),
    }))
}
