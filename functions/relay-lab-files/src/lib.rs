//! relay-lab-files: a machine's manifest was stored. Checks who signed it, that it promises what the order
//! asks of that machine, and that every promised file is there; then the part counts, and the last part
//! makes the delivery. A manifest that fails is removed, so that a right one can take its place, and the
//! job says what was wrong.

mod content_check;
mod files_check;
mod refuse;
mod trust_check;

use domain::{
    object_key::RelayPart,
    order::{Order, OrderState},
};
use ports::{PortError, Ports, order_book::PartArrived};
use wire::{
    event::ObjectStored,
    manifest::{Manifest, ManifestEnvelope},
};

/// As large as studio-api grants.
const MAX_MANIFEST_BYTES: u64 = 8 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    #[error("{0:?} is not the key of a manifest")]
    NotAManifest(String),
    #[error("the manifest {0} is for an order that is not there")]
    NoOrder(String),
    #[error("the manifest {key} could not be handled")]
    Port {
        key: String,
        #[source]
        source: PortError,
    },
}

impl HandleError {
    /// Whether the event should come again. What is wrong with a manifest is no error: the job says it.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotAManifest(_) | Self::NoOrder(_) => false,
            Self::Port { source, .. } => {
                !matches!(source, PortError::Invalid { .. } | PortError::Corrupt { .. })
            }
        }
    }
}

/// Why a part does not count.
pub(crate) enum Stop {
    /// The reason is for the photographer.
    Why(String),
    /// Its files are not all there: the machine is to look at the job again.
    Incomplete(String),
    /// A later attempt is wanted by now: nobody needs to know.
    Superseded,
    Port(PortError),
}

impl From<PortError> for Stop {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

pub async fn handle(event: ObjectStored, ports: &Ports) -> Result<(), HandleError> {
    let key = event.key;
    let part = RelayPart::parse_manifest(&key).ok_or_else(|| HandleError::NotAManifest(key.clone()))?;
    let failed = |source| HandleError::Port { key: key.clone(), source };
    let order = ports.orders.order(part.order).await.map_err(failed)?;
    let order = order.ok_or_else(|| HandleError::NoOrder(key.clone()))?;
    let result = match arrive(&part, &order, ports).await {
        Ok(()) => Ok(()),
        Err(Stop::Superseded) => {
            tracing::info!(%key, "a part of an attempt that is no longer wanted");
            Ok(())
        }
        Err(Stop::Why(why)) => refuse::refuse(&part, &why, false, ports).await,
        Err(Stop::Incomplete(why)) => refuse::refuse(&part, &why, true, ports).await,
        Err(Stop::Port(source)) => Err(source),
    };
    result.map_err(failed)
}

async fn arrive(part: &RelayPart, order: &Order, ports: &Ports) -> Result<(), Stop> {
    let wanted = ports.orders.attempts(part.order).await?.get(&part.lab).copied().unwrap_or(1);
    if part.attempt < wanted {
        return Err(Stop::Superseded);
    }
    if order.state != OrderState::Approved {
        return Err(Stop::Why("the order is not approved".into()));
    }
    let Some(head) = ports.blobs.head(&part.manifest()).await? else {
        // Refused by an earlier delivery of this event, or printed and removed.
        return Ok(());
    };
    if head.length > MAX_MANIFEST_BYTES {
        return Err(Stop::Why(format!("its manifest has {} bytes", head.length)));
    }
    let Some(bytes) = ports.blobs.get(&part.manifest()).await? else { return Ok(()) };
    let envelope: ManifestEnvelope =
        serde_json::from_slice(&bytes).map_err(|e| Stop::Why(format!("its manifest cannot be read: {e}")))?;
    trust_check::check(&envelope.certificate, part, order, ports).await?;
    let manifest: Manifest = envelope
        .manifest
        .open(&envelope.certificate.device_key)
        .map_err(|e| Stop::Why(format!("its manifest was refused: {e}")))?;
    content_check::check(&manifest, part, order).map_err(Stop::Why)?;
    files_check::check(&manifest, part, ports).await?;

    let now = ports.clock.now();
    match ports.orders.part_arrived(part.order, part.lab, part.attempt, part.machine, now).await? {
        PartArrived::Waiting => {
            tracing::info!(order = %part.order, lab = %part.lab, machine = %part.machine, "a part arrived");
        }
        PartArrived::Complete(delivery) => {
            let parts = delivery.parts.len();
            tracing::info!(order = %part.order, lab = %part.lab, attempt = part.attempt, parts, "a delivery is complete");
        }
        PartArrived::Repeat => {}
        PartArrived::Unexpected(why) => return Err(Stop::Why(why)),
    }
    Ok(refuse::withdraw(part, ports).await?)
}
