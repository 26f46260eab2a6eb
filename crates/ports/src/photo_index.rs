//! Published photos: applied in batches, read by scope and filter.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    access::Scope,
    filter::PhotoFilter,
    id::{BatchId, GalleryId, MachineId, PhotoId, SubjectId, VisitorId},
    photo::{Photo, PhotoChange},
};

use crate::{Page, PortResult};

/// What became of each change of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    Yes,
    /// A change with the same or a newer number was there already.
    Stale,
}

/// The outcome of a batch as stored.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StoredOutcome {
    pub applied: Vec<PhotoId>,
    pub stale: Vec<PhotoId>,
    pub rejected: Vec<(PhotoId, String)>,
    /// Nothing was applied, and why.
    pub failed: Option<String>,
}

/// How often a value occurs among the photos of a scope.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Count<T> {
    pub value: T,
    pub photos: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Facets {
    pub photos: u64,
    pub sections: Vec<Count<String>>,
    pub keywords: Vec<Count<String>>,
    pub subjects: Vec<Count<SubjectId>>,
    /// `Photo::day`, in order; photos without a date count in none.
    pub days: Vec<Count<String>>,
}

/// What a listing asks for. `favourites_of` keeps only this visitor's favourites.
#[derive(Clone, Debug)]
pub struct PhotoRequest<'a> {
    pub gallery: GalleryId,
    pub scope: &'a Scope,
    pub filter: &'a PhotoFilter,
    pub favourites_of: Option<VisitorId>,
    pub cursor: Option<&'a str>,
    pub limit: u32,
}

/// A page of a listing as one visitor sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Shared where a host keeps pages in memory.
    pub page: Arc<Page<Photo>>,
    /// Of the whole listing.
    pub total: u64,
    /// All of hers in the gallery.
    pub favourites: BTreeSet<PhotoId>,
}

#[async_trait]
pub trait PhotoIndex: Send + Sync {
    /// Applies up to 100 changes of one gallery, each only if its number is newer; one answer per change,
    /// in order. Publishing rewrites the photo's memberships (one per subject). Atomic per photo.
    async fn apply(&self, gallery: GalleryId, changes: &[PhotoChange]) -> PortResult<Vec<Applied>>;

    /// First outcome wins: a redelivered batch keeps what it said.
    async fn put_outcome(&self, batch: BatchId, outcome: &StoredOutcome) -> PortResult<()>;
    async fn outcome(&self, batch: BatchId) -> PortResult<Option<StoredOutcome>>;

    /// Within scope only; a photo outside it is as absent as one that never was.
    async fn photo(&self, gallery: GalleryId, scope: &Scope, photo: PhotoId) -> PortResult<Option<Photo>>;
    async fn photos(&self, gallery: GalleryId, scope: &Scope, ids: &[PhotoId]) -> PortResult<Vec<Photo>>;
    /// In the order of `Photo::sort_key`, without repeats or gaps while nothing changes. A search finds
    /// names of people within the scope only, and a filter by a subject outside it finds nothing.
    async fn page(&self, request: PhotoRequest<'_>) -> PortResult<Page<Photo>>;
    /// How many the whole listing of such a request has.
    async fn total(&self, request: PhotoRequest<'_>) -> PortResult<u64>;
    /// `page`, `total` and `Visitors::favourites` at once: every screen of a gallery asks for all three, and each
    /// question is a turn to the store.
    async fn seen(&self, request: PhotoRequest<'_>, by: VisitorId) -> PortResult<Seen>;
    async fn facets(&self, gallery: GalleryId, scope: &Scope) -> PortResult<Facets>;

    /// A number that is another after each change of what is published in a gallery. When it is still
    /// `known`, waits up to `wait` for it to change on a host where waiting costs nothing; elsewhere it
    /// answers at once.
    async fn generation(&self, gallery: GalleryId, known: Option<u64>, wait: Duration) -> PortResult<u64>;

    /// Makes `to` the home of every photo whose home is `from`; how many changed.
    async fn adopt(&self, gallery: GalleryId, from: MachineId, to: MachineId) -> PortResult<u64>;
    /// Removes every photo of a gallery, leaving tombstones.
    async fn erase(&self, gallery: GalleryId) -> PortResult<u64>;
}
