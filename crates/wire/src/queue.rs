//! The doorbell: queues carry ids; the order book is the truth.

use domain::{
    Millis,
    id::{LabId, OrderId},
};
use serde::{Deserialize, Serialize};

/// What rings at an agent or a lab. Unknown kinds are acknowledged and ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Doorbell {
    /// To an agent: look at this job (new, approved, cancelled, paid, asked for again).
    Job { order: OrderId },
    /// To a lab: a delivery is complete.
    Delivery { order: OrderId, lab: LabId, attempt: u32 },
    /// To a lab: a studio asks to be paired.
    Pairing,
    /// To agents and labs: the host was restored and is on this epoch. Who polls SQS would hear of it from the host
    /// only when it next asks it something; so it asks now.
    Restored { epoch: u64 },
    #[serde(other)]
    Unknown,
}

/// How to poll.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum QueueAccess {
    /// Long poll at the host's own routes.
    Http,
    /// Amazon SQS with credentials for just this queue.
    Sqs {
        queue_url: String,
        region: String,
        /// Only where SQS is not Amazon's (emulators).
        endpoint: Option<String>,
        access_key_id: String,
        secret_access_key: String,
        session_token: String,
        expires_at: Millis,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QueueMessage {
    /// Names this receipt of the message; needed to delete or extend it.
    pub receipt: String,
    pub body: String,
    /// How often it has been received, this time included.
    pub receives: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QueueReceipts {
    pub receipts: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExtendVisibility {
    pub receipt: String,
    pub seconds: u32,
}
