//! Galleries: draft → open → closed → erased.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    access::Scope,
    id::{CodeId, GalleryId, PriceListId, StudioId, SubjectId},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GalleryState {
    /// Prepared by the studio; customers are told that it is not ready yet.
    Draft,
    Open,
    /// Nobody can look or order any more; open orders live on.
    Closed,
    /// Nothing is left but a tombstone.
    Erased,
}

impl GalleryState {
    /// Forward only, except that a closed gallery may be opened again.
    pub fn may_become(self, next: GalleryState) -> bool {
        use GalleryState::*;
        matches!(
            (self, next),
            (Draft, Draft | Open | Closed | Erased)
                | (Open, Open | Closed | Erased)
                | (Closed, Open | Closed | Erased)
                | (Erased, Erased)
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    pub id: GalleryId,
    pub studio: StudioId,
    pub name: String,
    pub state: GalleryState,
    pub welcome: Option<String>,
    /// Prints are for sale when there is a price list; always an immutable version of it.
    pub price_list: Option<(PriceListId, u32)>,
    /// When set, the gallery closes by itself.
    pub expires_at: Option<Millis>,
    pub created_at: Millis,
    /// Grows with each change; writes are conditional on it.
    pub revision: u64,
}

impl Gallery {
    /// What customers find at this moment.
    pub fn state_at(&self, now: Millis) -> GalleryState {
        match (self.state, self.expires_at) {
            (GalleryState::Open, Some(end)) if end <= now => GalleryState::Closed,
            (state, _) => state,
        }
    }
}

/// What an access code opens. The host knows the code only by its keyed hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeGrant {
    pub id: CodeId,
    pub studio: StudioId,
    pub gallery: GalleryId,
    pub scope: Scope,
    pub revoked: bool,
    pub expires_at: Option<Millis>,
}

/// A person on a gallery's roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub id: SubjectId,
    pub name: String,
    /// Class, team or table.
    pub group: Option<String>,
}
