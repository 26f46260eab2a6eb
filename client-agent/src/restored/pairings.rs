//! Labs this studio was paired with, and the restored host does not know of it.

use wire::{
    orders::{AskPairing, LabInfo},
    route,
};

use crate::{AgentError, host::HostWhat, labs::pinned, orders::Desk};

/// How many were asked. The lab accepts a studio whose key it has pinned without another code.
pub(super) async fn ask_again(desk: &Desk) -> Result<usize, AgentError> {
    let pinned = desk.catalog.read(pinned::all)?;
    if pinned.is_empty() {
        return Ok(0);
    }
    let labs: Vec<LabInfo> = desk.host.get(route::STUDIO_LABS).await.host("the labs could not be listed")?;
    let mut asked = 0;
    for lab in pinned {
        let Some(there) = labs.iter().find(|l| l.lab == lab.lab) else {
            tracing::warn!(
                "the restored host does not know {}; its operator has to let the lab in again",
                lab.name
            );
            continue;
        };
        // Another key than the pinned one is refused where prints are sent.
        if there.pairing.is_some() || there.key != Some(lab.key) {
            continue;
        }
        // The code's secret was not kept; the pinned key is the proof.
        let proof = blake3::hash(desk.account.studio.to_string().as_bytes()).to_hex().to_string();
        let ask = AskPairing { studio: desk.account.studio, studio_key: desk.account.studio_key, proof };
        let path = route::fill(route::STUDIO_LAB_PAIR, &[&lab.lab]);
        let _: LabInfo =
            desk.host.post(&path, &ask).await.host(format!("{} could not be asked", lab.name))?;
        asked += 1;
    }
    Ok(asked)
}
