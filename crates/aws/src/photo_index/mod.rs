//! Published photos: an item each with the micro preview in it, a slim item for counting, and a membership
//! per subject. The three are written in one transaction.

mod apply;
mod counts;
mod facets;
mod item;
mod listing;
mod members;

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    access::Scope,
    id::{BatchId, GalleryId, MachineId, PhotoId, VisitorId},
    photo::{Photo, PhotoChange},
};
use ports::{
    Page, PhotoIndex, PortResult, Visitors,
    photo_index::{Applied, Facets, PhotoRequest, Seen, StoredOutcome},
};

pub(crate) use counts::Counts;

use crate::{
    Store,
    buckets::ERASED_PREFIX,
    keys::{self, Key},
    table::{Row, Table, Write},
};

const PHOTO: &str = "a photo's record";
const OUTCOME: &str = "a batch's outcome";

/// Photos by id, in the order of the ids; tombstones and what never was are left out.
async fn by_ids(
    table: &Table,
    gallery: GalleryId,
    ids: &[PhotoId],
    consistent: bool,
) -> PortResult<Vec<Photo>> {
    let keys: Vec<Key> = ids.iter().map(|id| keys::photo(gallery, *id)).collect();
    let items: Vec<item::PhotoItem> = table.batch(PHOTO, &keys, consistent).await?;
    items.into_iter().filter_map(|item| item.photo(gallery).transpose()).collect()
}

#[async_trait]
impl PhotoIndex for Store {
    async fn apply(&self, gallery: GalleryId, changes: &[PhotoChange]) -> PortResult<Vec<Applied>> {
        let applied = apply::apply(self.table(), gallery, changes).await?;
        // Also when all of it was stale: the first delivery may have died between photos and counter.
        counts::changed(self, gallery).await?;
        Ok(applied)
    }

    async fn put_outcome(&self, batch: BatchId, outcome: &StoredOutcome) -> PortResult<()> {
        let row = Row::new(keys::outcome(batch), outcome);
        self.table().commit(&[Write::put(OUTCOME, &row)?.when_new()]).await.map(drop)
    }

    async fn outcome(&self, batch: BatchId) -> PortResult<Option<StoredOutcome>> {
        self.table().doc(OUTCOME, &keys::outcome(batch)).await
    }

    async fn photo(&self, gallery: GalleryId, scope: &Scope, photo: PhotoId) -> PortResult<Option<Photo>> {
        Ok(self.photos(gallery, scope, &[photo]).await?.pop())
    }

    async fn photos(&self, gallery: GalleryId, scope: &Scope, ids: &[PhotoId]) -> PortResult<Vec<Photo>> {
        let mut found = by_ids(self.table(), gallery, ids, true).await?;
        found.retain(|photo| scope.permits(&photo.subjects));
        Ok(found)
    }

    async fn page(&self, request: PhotoRequest<'_>) -> PortResult<Page<Photo>> {
        listing::Listing::new(self, &request).await?.page(request.cursor, request.limit).await
    }

    async fn total(&self, request: PhotoRequest<'_>) -> PortResult<u64> {
        if request.filter.is_empty() && request.favourites_of.is_none() {
            return Ok(counts::facets(self, request.gallery, request.scope).await?.photos);
        }
        listing::Listing::new(self, &request).await?.count().await
    }

    async fn seen(&self, request: PhotoRequest<'_>, by: VisitorId) -> PortResult<Seen> {
        let gallery = request.gallery;
        let (page, total, favourites) = tokio::try_join!(
            self.page(request.clone()),
            self.total(request),
            Visitors::favourites(self, by, gallery),
        )?;
        Ok(Seen { page: page.into(), total, favourites })
    }

    async fn facets(&self, gallery: GalleryId, scope: &Scope) -> PortResult<Facets> {
        counts::facets(self, gallery, scope).await
    }

    /// A function that waits is paid for: it answers at once, and browsers come back.
    async fn generation(&self, gallery: GalleryId, _known: Option<u64>, _wait: Duration) -> PortResult<u64> {
        counts::generation(self, gallery).await
    }

    async fn adopt(&self, gallery: GalleryId, from: MachineId, to: MachineId) -> PortResult<u64> {
        apply::adopt(self.table(), gallery, from, to).await
    }

    async fn erase(&self, gallery: GalleryId) -> PortResult<u64> {
        let noted = format!("{ERASED_PREFIX}{gallery}");
        self.notes().put_new(&noted, bytes::Bytes::new(), "text/plain").await?;
        let erased = apply::erase(self.table(), gallery).await?;
        counts::changed(self, gallery).await?;
        Ok(erased)
    }
}
