//! Studios, machines, labs, enrolment tokens and pairings.

use async_trait::async_trait;
use domain::{
    Millis,
    fulfilment::Lease,
    id::{LabId, MachineId, ReceiverId, StudioId},
    studio::{Enrolment, Lab, Machine, Pairing, PairingState, Studio},
};

use crate::{Page, PortResult};

/// An enrolment token as stored: by its keyed hash.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EnrolmentToken {
    pub enrolment: Enrolment,
    /// The studio's signing key, sealed by the inviting machine; opaque.
    pub sealed_studio_key: Option<String>,
    pub expires_at: Millis,
    /// Machine or lab id that used it. The same one may use it again (a lost answer), nobody else.
    pub used_by: Option<String>,
}

#[async_trait]
pub trait Directory: Send + Sync {
    /// Creates a studio, or writes it over when `revision` conditions are not needed (operator only).
    async fn put_studio(&self, studio: &Studio) -> PortResult<()>;
    async fn studio(&self, id: StudioId) -> PortResult<Option<Studio>>;
    async fn studios(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<Studio>>;
    /// Sets the studio's key if it has none; `Conflict` if it has another one.
    async fn set_studio_key(&self, id: StudioId, key: domain::studio::PublicKey) -> PortResult<()>;

    async fn put_token(&self, hash: &str, token: &EnrolmentToken) -> PortResult<()>;
    async fn token(&self, hash: &str) -> PortResult<Option<EnrolmentToken>>;
    /// Marks it used by `who`; `Conflict` if someone else used it or it expired before `now`. Who used it
    /// may repeat that even after it expired.
    async fn use_token(&self, hash: &str, who: &str, now: Millis) -> PortResult<EnrolmentToken>;

    /// Creates or renews a machine; `Conflict` if the id exists with another device key or studio.
    async fn put_machine(&self, machine: &Machine) -> PortResult<()>;
    async fn machine(&self, id: MachineId) -> PortResult<Option<Machine>>;
    async fn machines(&self, studio: StudioId) -> PortResult<Vec<Machine>>;
    async fn machine_seen(&self, id: MachineId, at: Millis) -> PortResult<()>;

    async fn put_lab(&self, lab: &Lab) -> PortResult<()>;
    async fn lab(&self, id: LabId) -> PortResult<Option<Lab>>;
    async fn labs(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<Lab>>;
    async fn lab_seen(&self, id: LabId, at: Millis) -> PortResult<()>;
    /// Sets the lab's key if it has none; `Conflict` if it has another one.
    async fn set_lab_key(&self, id: LabId, key: domain::studio::PublicKey) -> PortResult<()>;

    /// Asks anew: an earlier answer for the same key and proof stands, another key starts over.
    async fn put_pairing(&self, pairing: &Pairing) -> PortResult<()>;
    /// The lab's answer to the pairing as it stands; it may change its mind. `None`: nobody asked.
    async fn answer_pairing(
        &self,
        studio: StudioId,
        lab: LabId,
        state: PairingState,
    ) -> PortResult<Option<Pairing>>;
    async fn pairing(&self, studio: StudioId, lab: LabId) -> PortResult<Option<Pairing>>;
    async fn pairings_of_lab(&self, lab: LabId) -> PortResult<Vec<Pairing>>;
    async fn pairings_of_studio(&self, studio: StudioId) -> PortResult<Vec<Pairing>>;

    /// Takes or renews the lab's lease (`domain::fulfilment::take_lease`), conditionally.
    /// `None`: another receiver holds it.
    async fn take_lease(
        &self,
        lab: LabId,
        receiver: ReceiverId,
        now: Millis,
        ttl: i64,
    ) -> PortResult<Option<Lease>>;
    async fn lease(&self, lab: LabId) -> PortResult<Option<Lease>>;
}
