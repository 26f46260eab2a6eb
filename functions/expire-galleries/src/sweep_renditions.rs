//! Removes renditions that no photo names: of withdrawn photos, of older versions, crops and watermarks,
//! of uploads whose batch never came.
//!
//! The rule is never to remove what a record names. Only objects older than 48 hours come into question,
//! which is far longer than a grant lives; and the records are read after the listing, directly before
//! the removal. Should an agent name an old object in that instant after all, index-photos refuses the
//! photo as not uploaded or the agent uploads it again with the next publish.

use std::collections::BTreeSet;

use domain::{
    Millis,
    access::Scope,
    filter::PhotoFilter,
    id::GalleryId,
    object_key::{self, gallery_prefix},
};
use ports::{PortResult, Ports, photo_index::PhotoRequest};

use crate::SweepReport;

const PAGE: u32 = 1_000;
const PHOTO_PAGE: u32 = 200;
const KEEP: i64 = 2 * Millis::DAY;

pub(crate) async fn sweep_renditions(ports: &Ports, report: &mut SweepReport) -> PortResult<()> {
    let old = ports.clock.now().plus(-KEEP);
    let mut candidates: Vec<String> = Vec::new();
    let mut current: Option<GalleryId> = None;
    let mut cursor = None;
    loop {
        let page = ports.blobs.list("img/", cursor.as_deref(), PAGE).await?;
        for object in page.items {
            let gallery = gallery_of(&object.key);
            if gallery != current {
                // Listings are in the order of keys: one gallery after the other.
                report.orphans_removed +=
                    remove_unnamed(current, std::mem::take(&mut candidates), ports).await?;
                current = gallery;
            }
            if gallery.is_some() && object.stored_at < old {
                candidates.push(object.key);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            report.orphans_removed += remove_unnamed(current, candidates, ports).await?;
            return Ok(());
        }
    }
}

fn gallery_of(key: &str) -> Option<GalleryId> {
    let gallery = key.strip_prefix("img/")?.split('/').next()?.parse().ok()?;
    key.starts_with(&gallery_prefix(gallery)).then_some(gallery)
}

async fn remove_unnamed(
    gallery: Option<GalleryId>,
    candidates: Vec<String>,
    ports: &Ports,
) -> PortResult<u64> {
    let Some(gallery) = gallery.filter(|_| !candidates.is_empty()) else { return Ok(0) };
    let mut orphans = candidates;
    // Twice: a photo that is published anew while pages are turned may move behind the page being read.
    for _ in 0..2 {
        if orphans.is_empty() {
            return Ok(0);
        }
        let named = named(gallery, ports).await?;
        orphans.retain(|key| !named.contains(key));
    }
    for some in orphans.chunks(PAGE as usize) {
        ports.blobs.delete(some).await?;
    }
    Ok(orphans.len() as u64)
}

/// The keys that the gallery's photos compute to.
async fn named(gallery: GalleryId, ports: &Ports) -> PortResult<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    let filter = PhotoFilter::default();
    let mut cursor: Option<String> = None;
    loop {
        let request = PhotoRequest {
            gallery,
            scope: &Scope::All,
            filter: &filter,
            favourites_of: None,
            cursor: cursor.as_deref(),
            limit: PHOTO_PAGE,
        };
        let page = ports.photos.page(request).await?;
        for photo in &page.items {
            keys.extend(photo.renditions.iter().map(|r| {
                object_key::rendition(&ports.secrets.object_key, gallery, photo.id, r.kind, &r.sha256)
            }));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(keys);
        }
    }
}
