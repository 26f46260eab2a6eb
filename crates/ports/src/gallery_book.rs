//! Galleries, access codes by keyed hash, rosters.

use async_trait::async_trait;
use domain::{
    access::code::CodeHash,
    gallery::{CodeGrant, Gallery, Subject},
    id::{CodeId, GalleryId, StudioId, SubjectId},
};

use crate::{Page, PortResult};

#[async_trait]
pub trait GalleryBook: Send + Sync {
    /// Writes `gallery` if the stored revision is `expected` (0: it must not exist). The stored one gets
    /// `expected + 1`, which is returned in it.
    async fn put_gallery(&self, gallery: &Gallery, expected: u64) -> PortResult<Gallery>;
    async fn gallery(&self, id: GalleryId) -> PortResult<Option<Gallery>>;
    async fn galleries(
        &self,
        studio: StudioId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Gallery>>;
    /// Open galleries whose time ended before `now`, for the timer.
    async fn expired(&self, now: domain::Millis, limit: u32) -> PortResult<Vec<Gallery>>;

    /// Writes a code; the same (id, hash, content) again is a repeat. `Conflict` when the hash belongs to
    /// another code, or the id to another hash. A revoked code stays revoked, however late this comes.
    async fn put_code(&self, hash: &CodeHash, grant: &CodeGrant) -> PortResult<()>;
    async fn code(&self, hash: &CodeHash) -> PortResult<Option<CodeGrant>>;
    async fn code_by_id(&self, gallery: GalleryId, code: CodeId) -> PortResult<Option<CodeGrant>>;
    async fn revoke_code(&self, gallery: GalleryId, code: CodeId) -> PortResult<()>;

    async fn put_subjects(&self, gallery: GalleryId, subjects: &[Subject]) -> PortResult<()>;
    async fn subjects(&self, gallery: GalleryId) -> PortResult<Vec<Subject>>;
    async fn subjects_by_id(&self, gallery: GalleryId, ids: &[SubjectId]) -> PortResult<Vec<Subject>>;
}
