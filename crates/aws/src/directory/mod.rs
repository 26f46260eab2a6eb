//! Studios, machines, labs, enrolment tokens, pairings and leases.

mod labs;
mod machines;
mod pairings;
mod studios;
mod tokens;

use async_trait::async_trait;
use domain::{
    Millis,
    fulfilment::Lease,
    id::{LabId, MachineId, ReceiverId, StudioId},
    studio::{Lab, Machine, Pairing, PairingState, PublicKey, Studio},
};
use ports::{Directory, Page, PortError, PortResult, directory::EnrolmentToken};

use crate::{Store, keys::Key, table::Write};

fn missing(what: &str) -> PortError {
    PortError::invalid(what, "there is none with this id")
}

impl Store {
    /// Notes when somebody was last heard of, unless something later is noted.
    async fn seen(&self, key: Key, at: Millis) -> PortResult<()> {
        let write = Write::update(key, "SET doc.last_seen_at = :at, rev = rev + :one")
            .when("attribute_exists(pk) AND doc.last_seen_at < :at")
            .number(":at", at.0)
            .number(":one", 1);
        self.table().commit(&[write]).await.map(drop)
    }
}

#[async_trait]
impl Directory for Store {
    async fn put_studio(&self, studio: &Studio) -> PortResult<()> {
        studios::put(self.table(), studio).await
    }
    async fn studio(&self, id: StudioId) -> PortResult<Option<Studio>> {
        studios::one(self.table(), id).await
    }
    async fn studios(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<Studio>> {
        studios::page(self.table(), cursor, limit).await
    }
    async fn set_studio_key(&self, id: StudioId, key: PublicKey) -> PortResult<()> {
        studios::set_key(self.table(), id, key).await
    }

    async fn put_token(&self, hash: &str, token: &EnrolmentToken) -> PortResult<()> {
        tokens::put(self.table(), hash, token).await
    }
    async fn token(&self, hash: &str) -> PortResult<Option<EnrolmentToken>> {
        tokens::one(self.table(), hash).await
    }
    async fn use_token(&self, hash: &str, who: &str, now: Millis) -> PortResult<EnrolmentToken> {
        tokens::spend(self.table(), hash, who, now).await
    }

    async fn put_machine(&self, machine: &Machine) -> PortResult<()> {
        machines::put(self.table(), machine).await
    }
    async fn machine(&self, id: MachineId) -> PortResult<Option<Machine>> {
        machines::one(self.table(), id).await
    }
    async fn machines(&self, studio: StudioId) -> PortResult<Vec<Machine>> {
        machines::of_studio(self.table(), studio).await
    }
    async fn machine_seen(&self, id: MachineId, at: Millis) -> PortResult<()> {
        self.seen(crate::keys::machine(id), at).await
    }

    async fn put_lab(&self, lab: &Lab) -> PortResult<()> {
        labs::put(self.table(), lab).await
    }
    async fn lab(&self, id: LabId) -> PortResult<Option<Lab>> {
        labs::one(self.table(), id).await
    }
    async fn labs(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<Lab>> {
        labs::page(self.table(), cursor, limit).await
    }
    async fn lab_seen(&self, id: LabId, at: Millis) -> PortResult<()> {
        self.seen(crate::keys::lab(id), at).await
    }
    async fn set_lab_key(&self, id: LabId, key: PublicKey) -> PortResult<()> {
        labs::set_key(self.table(), id, key).await
    }

    async fn put_pairing(&self, pairing: &Pairing) -> PortResult<()> {
        pairings::put(self.table(), pairing).await
    }
    async fn answer_pairing(
        &self,
        studio: StudioId,
        lab: LabId,
        state: PairingState,
    ) -> PortResult<Option<Pairing>> {
        pairings::answer(self.table(), studio, lab, state).await
    }
    async fn pairing(&self, studio: StudioId, lab: LabId) -> PortResult<Option<Pairing>> {
        pairings::one(self.table(), studio, lab).await
    }
    async fn pairings_of_lab(&self, lab: LabId) -> PortResult<Vec<Pairing>> {
        pairings::of_lab(self.table(), lab).await
    }
    async fn pairings_of_studio(&self, studio: StudioId) -> PortResult<Vec<Pairing>> {
        pairings::of_studio(self.table(), studio).await
    }

    async fn take_lease(
        &self,
        lab: LabId,
        receiver: ReceiverId,
        now: Millis,
        ttl: i64,
    ) -> PortResult<Option<Lease>> {
        labs::take_lease(self.table(), lab, receiver, now, ttl).await
    }
    async fn lease(&self, lab: LabId) -> PortResult<Option<Lease>> {
        labs::lease(self.table(), lab).await
    }
}
