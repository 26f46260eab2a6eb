//! Whether a lab that the host names is one this studio works with.

use domain::{id::LabId, studio::PairingState, text::one_line};
use wire::{orders::LabInfo, route};

use super::desk::Desk;
use crate::{
    AgentError, clock,
    host::HostWhat,
    labs::pinned::{self, PinnedLab, Trust},
};

impl Desk {
    /// `Ok(Err(words))`: prints for it wait. The first machine of a studio has checked every lab by its
    /// code. An invited machine takes the key the host names when it first meets a lab that was paired
    /// after the invitation, and refuses any other key from then on.
    pub(super) async fn trusted_lab(&self, lab: LabId) -> Result<Result<PinnedLab, String>, AgentError> {
        if let Some(known) = self.catalog.read(|db| pinned::get(db, lab))? {
            return Ok(Ok(known));
        }
        let unknown = |name: &str| {
            Err(format!(
                "lab {name} is not paired on this computer: run `darkslide lab pair CODE` here with a code from the lab"
            ))
        };
        if !self.account.invited {
            return Ok(unknown(&lab.to_string()));
        }
        let labs: Vec<LabInfo> =
            self.host.get(route::STUDIO_LABS).await.host("the labs could not be listed")?;
        let Some(info) = labs.into_iter().find(|l| l.lab == lab) else {
            return Ok(unknown(&lab.to_string()));
        };
        let name = one_line(&info.name, 120);
        match (info.key, info.pairing) {
            (Some(key), Some(PairingState::Accepted)) => {
                let pin = PinnedLab { lab, name, key, trust: Trust::FirstUse };
                self.catalog.read(|db| pinned::pin(db, &pin, clock::now().0))?;
                tracing::info!(
                    "lab {} is taken as the host names it; `darkslide lab pair CODE` checks it",
                    pin.name
                );
                Ok(Ok(pin))
            }
            _ => Ok(unknown(&name)),
        }
    }
}
