//! Orders as the studio's agent sees and moves them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    digital::OfferedFile,
    hash::{Sha256, VersionHash},
    id::{LabId, MachineId, OrderId, PhotoId, StudioId},
    money::Money,
    order::{Charges, Order, OrderState, Stage},
    place::Destination,
    studio::{PairingState, PublicKey},
};
use serde::{Deserialize, Serialize};

use crate::{manifest::MachineCertificate, signed::Signed};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrderSummary {
    pub order: OrderId,
    pub number: String,
    pub placed_at: i64,
    pub customer_name: String,
    pub prints: u32,
    pub total: Money,
    pub state: OrderState,
    pub paid: bool,
    /// The least advanced line.
    pub stage: Stage,
    pub holds: u32,
    /// Kept back by the studio, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StudioOrder {
    pub order: Order,
    pub number: String,
    pub jobs: Vec<JobInfo>,
    /// Signed by labs; the agent checks them against the keys it pinned.
    pub reports: Vec<Signed>,
    /// What the order was placed with, in the host's own words: kept here, and given back with [`BringBack`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_with: Option<String>,
    /// The customer's own page of it, for one who lost the link. Whoever has it may cancel, as the studio may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers_page: Option<String>,
}

/// An order from the agent's journal that a restored host does not have any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BringBack {
    pub order: Order,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_with: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JobInfo {
    pub order: OrderId,
    pub machine: MachineId,
    pub machine_name: String,
    pub created_at: i64,
    pub acknowledged: bool,
    pub done: bool,
    pub waiting: Option<String>,
    pub order_state: OrderState,
    /// Per lab, the attempt that is wanted now: counts up when a lab asks again.
    pub attempts: BTreeMap<LabId, u32>,
}

/// Approves an order and says which lab prints which line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Approve {
    pub routes: BTreeMap<u32, LabId>,
    /// The order that was looked at; another one by now is not approved. Without it: whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}

/// Changes lines before the approval. The document is kept as it is, for the studio's other machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustOrder {
    /// A [`domain::handling::Adjustment`], signed with `certificate.device_key`.
    pub adjustment: Signed,
    pub certificate: MachineCertificate,
}

/// Keeps an order back from approval; without a reason it goes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HoldOrder {
    pub reason: Option<String>,
    #[serde(default)]
    pub by: Option<String>,
}

/// Notes that money went back. Nothing is paid by it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NoteRefund {
    pub amount: Money,
    pub text: String,
    #[serde(default)]
    pub by: Option<String>,
    /// Unique per note, so that a repeat is the same note.
    pub at: i64,
}

/// Has printed lines of one lab made again for nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemakeLines {
    pub lines: BTreeSet<u32>,
    pub reason: String,
    #[serde(default)]
    pub by: Option<String>,
    /// The order that was looked at.
    pub revision: u64,
}

/// Sells an order again, for its customer: the same pictures at the prices of today.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Reorder {
    /// Quantities by line, a package's by its first line. Empty: everything as it was.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quantities: BTreeMap<u32, u32>,
    /// Somewhere else than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// The total that was looked at: the order is placed. Without it, it is only priced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_shown: Option<Money>,
    /// 16 to 100 random characters, the same for each repeat of the same order.
    pub key: String,
    #[serde(default)]
    pub by: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reordered {
    pub lines: Vec<ReorderedLine>,
    pub subtotal: Money,
    pub shipping: Money,
    pub charges: Charges,
    pub total: Money,
    /// The new order, if it was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed: Option<StudioOrder>,
}

/// A line or package of the order before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReorderedLine {
    pub line: u32,
    pub name: String,
    pub quantity: u32,
    pub total: Money,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cancel {
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct JobProgress {
    /// Lines this machine now renders.
    #[serde(default)]
    pub rendering: Vec<u32>,
    /// `Some("")` clears it.
    #[serde(default)]
    pub waiting: Option<String>,
    /// Holds by line, with the reason.
    #[serde(default)]
    pub holds: BTreeMap<u32, String>,
    /// Lines without a lab that the customer has now: digitals fetched or sent, items handed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delivered: Vec<u32>,
}

/// Asks to upload this machine's part of (order, lab, attempt). The manifest is asked for last, alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskRelayGrants {
    pub lab: LabId,
    pub attempt: u32,
    pub files: Vec<RelayFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelayFileKind {
    Print,
    Manifest,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RelayFile {
    pub kind: RelayFileKind,
    pub sha256: Sha256,
    pub length: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LabInfo {
    pub lab: LabId,
    pub name: String,
    pub key: Option<PublicKey>,
    pub pairing: Option<PairingState>,
}

/// Asks a lab to work for this studio; `proof` is `domain::studio::pairing_proof`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskPairing {
    pub studio: StudioId,
    pub studio_key: PublicKey,
    pub proof: String,
}

/// Largest print file in bytes: 60 × 40 inches at 300 ppi are about 120 MiB as a JPEG of high quality.
pub const MAX_PRINT_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// Of each part but the last.
pub const PART_BYTES: u64 = 16 * 1024 * 1024;

/// The next step of sending a print file in parts. Asked again and again until the answer says `done`: what is
/// there already is not asked for, however often the sender was interrupted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskRelayParts {
    pub lab: LabId,
    pub attempt: u32,
    pub sha256: Sha256,
    pub length: u64,
    /// SHA-256 of each part of [`PART_BYTES`], in order.
    pub parts: Vec<Sha256>,
    /// As the host named it, if this upload was begun before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RelayParts {
    pub upload: String,
    /// The file is whole at the host.
    pub done: bool,
    /// Grants of parts that are missing; not more than a few at a time.
    pub missing: Vec<PartToSend>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PartToSend {
    /// Counts from 1.
    pub number: u32,
    pub grant: crate::publish::Grant,
}

/// The next step of sending a file that was sold, always in parts. Asked like [`AskRelayParts`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskDigitalParts {
    pub line: u32,
    pub attempt: u32,
    /// As the customer will save it; says what kind of file it is.
    pub name: String,
    pub sha256: Sha256,
    pub length: u64,
    /// SHA-256 of each part of [`PART_BYTES`], in order.
    pub parts: Vec<Sha256>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
}

/// A picture of a gallery that was sold whole, as far as the buyer's code showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigitalPicture {
    pub photo: PhotoId,
    pub version: VersionHash,
    pub file_name: String,
}

/// Everything this machine has of a line is at the host and may be fetched for so many days.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DigitalReady {
    pub line: u32,
    pub attempt: u32,
    pub files: Vec<OfferedFile>,
    pub days: u32,
}
