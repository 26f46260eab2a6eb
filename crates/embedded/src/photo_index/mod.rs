//! Published photos: a row each, with the micro preview in it, and a membership per subject.

mod apply;
mod facets;
mod listing;
mod pages;
mod row;
mod waiting;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    access::Scope,
    id::{BatchId, GalleryId, MachineId, PhotoId, VisitorId},
    photo::{Photo, PhotoChange},
};
use ports::{
    Page, PhotoIndex, PortResult,
    photo_index::{Applied, Facets, PhotoRequest, Seen, StoredOutcome},
};
use rusqlite::{Connection, params};

pub(crate) use facets::Counts;
pub(crate) use pages::Pages;
pub(crate) use waiting::Rings;

use crate::{Store, document, fault::Step, visitors};

const OUTCOME: &str = "a batch's outcome";

#[async_trait]
impl PhotoIndex for Store {
    async fn apply(&self, gallery: GalleryId, changes: &[PhotoChange]) -> PortResult<Vec<Applied>> {
        let changes = changes.to_vec();
        let applied = self.0.database.write(move |db| apply::apply(db, gallery, &changes)).await?;
        self.0.gallery_rings.ring(gallery);
        Ok(applied)
    }

    async fn put_outcome(&self, batch: BatchId, outcome: &StoredOutcome) -> PortResult<()> {
        let outcome = outcome.clone();
        self.0
            .database
            .write(move |db| {
                let sql = "INSERT OR IGNORE INTO outcomes (batch, json) VALUES (?1, ?2)";
                let json = document::write(OUTCOME, &outcome)?;
                Ok(db.execute(sql, params![batch.to_string(), json]).map(drop)?)
            })
            .await
    }

    async fn outcome(&self, batch: BatchId) -> PortResult<Option<StoredOutcome>> {
        let sql = "SELECT json FROM outcomes WHERE batch = ?1";
        self.0.database.read(move |db| document::one(db, OUTCOME, sql, [batch.to_string()])).await
    }

    async fn photo(&self, gallery: GalleryId, scope: &Scope, photo: PhotoId) -> PortResult<Option<Photo>> {
        Ok(self.photos(gallery, scope, &[photo]).await?.pop())
    }

    async fn photos(&self, gallery: GalleryId, scope: &Scope, ids: &[PhotoId]) -> PortResult<Vec<Photo>> {
        let (scope, ids) = (scope.clone(), ids.to_vec());
        self.0
            .database
            .read(move |db| {
                let mut found = Vec::with_capacity(ids.len());
                for id in &ids {
                    found.extend(row::by_id(db, gallery, *id)?.filter(|p| scope.permits(&p.subjects)));
                }
                Ok(found)
            })
            .await
    }

    async fn page(&self, request: PhotoRequest<'_>) -> PortResult<Page<Photo>> {
        let (listing, store) = (listing::Listing::new(&request)?, self.clone());
        let page = self.0.database.read(move |db| store.0.pages.page(db, &listing)).await?;
        Ok(Arc::unwrap_or_clone(page))
    }

    async fn total(&self, request: PhotoRequest<'_>) -> PortResult<u64> {
        let (listing, store) = (listing::Listing::new(&request)?, self.clone());
        self.0.database.read(move |db| store.0.counts.total(db, &listing)).await
    }

    async fn seen(&self, request: PhotoRequest<'_>, by: VisitorId) -> PortResult<Seen> {
        let (listing, store) = (listing::Listing::new(&request)?, self.clone());
        if listing.is_whole()
            && let Some(seen) = self.0.database.glance(|db| store.kept(db, &listing, by))?
        {
            return Ok(seen);
        }
        self.0
            .database
            .read(move |db| {
                Ok(Seen {
                    page: store.0.pages.page(db, &listing)?,
                    total: store.0.counts.total(db, &listing)?,
                    favourites: visitors::favourites(db, by, listing.gallery)?,
                })
            })
            .await
    }

    async fn facets(&self, gallery: GalleryId, scope: &Scope) -> PortResult<Facets> {
        let (scope, store) = (scope.clone(), self.clone());
        self.0.database.read(move |db| store.0.counts.facets(db, gallery, &scope)).await
    }

    async fn generation(&self, gallery: GalleryId, known: Option<u64>, wait: Duration) -> PortResult<u64> {
        waiting::generation(self, gallery, known, wait).await
    }

    async fn adopt(&self, gallery: GalleryId, from: MachineId, to: MachineId) -> PortResult<u64> {
        self.0.database.write(move |db| apply::adopt(db, gallery, from, to)).await
    }

    async fn erase(&self, gallery: GalleryId) -> PortResult<u64> {
        self.note_erased(gallery).await?;
        let erased = self.0.database.write(move |db| apply::erase(db, gallery)).await?;
        self.0.gallery_rings.ring(gallery);
        Ok(erased)
    }
}

impl Store {
    /// What is seen of a whole listing, if page and total are in memory: then three rows or so are all to read.
    fn kept(&self, db: &Connection, listing: &listing::Listing, by: VisitorId) -> Step<Option<Seen>> {
        let generation = facets::generation(db, listing.gallery)?;
        let (Some(page), Some(total)) =
            (self.0.pages.kept(listing, generation), self.0.counts.kept_total(listing, generation))
        else {
            return Ok(None);
        };
        Ok(Some(Seen { page, total, favourites: visitors::favourites(db, by, listing.gallery)? }))
    }
}
