//! Enrolling machines and labs, and opening sessions with their device keys.

use domain::{
    id::{LabId, MachineId, StudioId},
    studio::{PublicKey, Signature},
};
use serde::{Deserialize, Serialize};

/// The token's first part only; an invitation's second part never reaches the host (see [`Invite`]).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InspectToken {
    pub token: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenInfo {
    pub studio: StudioId,
    pub studio_name: String,
    /// Present when the studio has its key already: a new machine must hold the same one.
    pub studio_key: Option<PublicKey>,
    /// The studio's signing key sealed under the second part of the invitation
    /// (XChaCha20-Poly1305, nonce first), base64. Absent for the first machine.
    pub sealed_studio_key: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolMachine {
    pub token: String,
    /// Chosen by the machine, so that a repeated request meets itself.
    pub machine: MachineId,
    pub machine_name: String,
    pub device_key: PublicKey,
    /// The studio's key; the first machine makes it.
    pub studio_key: PublicKey,
    /// The studio key's signature over `domain::studio::machine_certificate_text`.
    pub certificate: Signature,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MachineEnrolled {
    pub studio: StudioId,
    pub studio_name: String,
    pub machine: MachineId,
}

/// Asks for a token for one more machine. `sealed_studio_key` is opaque to the host.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invite {
    pub sealed_studio_key: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invited {
    /// First part of the invitation. What people copy is `<token>.<second part>`.
    pub token: String,
    pub expires_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolLab {
    pub token: String,
    pub lab_key: PublicKey,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LabEnrolled {
    pub lab: LabId,
    pub lab_name: String,
}

/// Signed with the device key (machines) or the lab key; see `domain::studio::session_text`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenSession {
    /// Machine or lab id.
    pub subject: String,
    pub at: i64,
    pub nonce: String,
    /// The address the caller believes to speak to, so that a session cannot be opened elsewhere with it.
    pub host: String,
    pub signature: Signature,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// For `Authorization: Bearer`.
    pub token: String,
    pub expires_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub studio: StudioId,
    pub studio_name: String,
    pub studio_key: PublicKey,
    pub machine: MachineId,
    pub machines: Vec<MachineInfo>,
    /// Address customers open.
    pub site: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MachineInfo {
    pub machine: MachineId,
    pub name: String,
    pub device_key: PublicKey,
    pub certificate: Signature,
    pub last_seen_at: i64,
}
