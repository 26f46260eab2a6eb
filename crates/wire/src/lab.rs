//! The lab's side: deliveries, claims, leases, pairings and signed reports.

use std::collections::BTreeMap;

use domain::{
    fulfilment::LineReport,
    hash::Sha256,
    id::{LabId, MachineId, OrderId, ReceiverId, StudioId},
    studio::{PairingState, PublicKey},
};
use serde::{Deserialize, Serialize};

use crate::manifest::ManifestEnvelope;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PairingInfo {
    pub studio: StudioId,
    pub studio_name: String,
    pub studio_key: PublicKey,
    pub proof: String,
    pub state: PairingState,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerPairing {
    pub accept: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliveryInfo {
    pub order: OrderId,
    pub lab: LabId,
    pub attempt: u32,
    pub studio: StudioId,
    pub created_at: i64,
    pub acknowledged: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliveryFiles {
    pub delivery: DeliveryInfo,
    pub parts: Vec<DeliveryPart>,
    pub expires_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliveryPart {
    pub machine: MachineId,
    pub manifest: ManifestEnvelope,
    /// Lower-case hexadecimal SHA-256 of a file → address to GET it from.
    pub urls: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskAgain {
    /// What was wrong, for the studio.
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakeLease {
    pub receiver: ReceiverId,
    /// At most 120.
    pub seconds: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeaseInfo {
    /// False while another receiver of this lab is the active one.
    pub held: bool,
    pub fence: u64,
    pub expires_at: i64,
}

/// Made before the first copy is handed to a device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClaimPrint {
    pub order: OrderId,
    pub line: u32,
    pub attempt: u32,
    pub copies: u32,
    pub receiver: ReceiverId,
    pub fence: u64,
    /// Made by the receiver for this one claim and kept in its journal: the claim's repeat is told from another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimAnswer {
    /// Go ahead: nobody has claimed these copies before; or this very claim did, and is repeated.
    Granted,
    /// This receiver has claimed them before, by another claim: its own journal knows whether they were handed over.
    Yours,
    /// Another receiver has: do not print.
    Taken,
    /// The order or line was cancelled.
    Cancelled,
    /// The fence is old: another receiver is active.
    Fenced,
}

/// Sent as `Signed`, with the lab's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabReport {
    pub lab: LabId,
    pub order: OrderId,
    /// Unique among this lab's reports of the order, so a repeat meets itself.
    pub report: String,
    pub at: i64,
    pub lines: Vec<LineReport>,
    /// Carrier and number, when shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// The files these lines were made from, as the lab hashed them: with `verified` and every stage after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<HeldFile>,
}

/// One print file that a lab signs for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFile {
    pub line: u32,
    pub attempt: u32,
    /// The attempt it was sent with: a remake by the lab itself prints files it has.
    pub delivery: u32,
    /// Index of the picture within the line, from 0.
    pub node: u32,
    pub sha256: Sha256,
}
