//! Events between the host's functions.

use domain::id::{LabId, MachineId, OrderId};
use serde::{Deserialize, Serialize};

/// An object was stored: a batch record or a manifest. On AWS this is taken from the S3 notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectStored {
    pub key: String,
}

/// A row of the outbox: written in the transaction of what it tells about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum OutboxEvent {
    /// Ring at this machine about this order.
    Job { order: OrderId, machine: MachineId },
    /// Ring at this lab about this delivery.
    Delivery { order: OrderId, lab: LabId, attempt: u32 },
    /// Ring at this lab: a studio asks to be paired.
    Pairing { lab: LabId },
}
