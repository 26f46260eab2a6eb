//! Pictures of withdrawn photos go at once: from the store, and from the edges that keep copies of them.
//!
//! What is missed here (a crash in between) the nightly sweep removes; edges keep nothing longer than an hour.

use domain::{
    access::Scope,
    id::GalleryId,
    object_key::{self, BatchKey},
    photo::{Photo, PhotoChange},
};
use ports::{PortResult, Ports, photo_index::Applied};
use wire::publish::{BatchEntry, BatchRecord};

/// The photos a record withdraws, as they are shown until then.
pub(crate) async fn shown(gallery: GalleryId, record: &BatchRecord, ports: &Ports) -> PortResult<Vec<Photo>> {
    let ids: Vec<_> = record
        .entries
        .iter()
        .filter_map(|entry| match entry {
            BatchEntry::Withdraw { photo, .. } => Some(*photo),
            BatchEntry::Publish { .. } => None,
        })
        .collect();
    if ids.is_empty() { Ok(Vec::new()) } else { ports.photos.photos(gallery, &Scope::All, &ids).await }
}

pub(crate) async fn forget(
    key: &BatchKey,
    shown: Vec<Photo>,
    changes: &[PhotoChange],
    applied: &[Applied],
    ports: &Ports,
) -> PortResult<()> {
    let mut withdrawals = 0;
    let mut keys = Vec::new();
    for (change, applied) in changes.iter().zip(applied) {
        let PhotoChange::Withdraw { photo, .. } = change else { continue };
        withdrawals += 1;
        // A newer change, which published it again, keeps its pictures.
        if *applied == Applied::Yes {
            let renditions = shown.iter().filter(|p| p.id == *photo).flat_map(|p| p.renditions.iter());
            keys.extend(renditions.map(|r| {
                object_key::rendition(&ports.secrets.object_key, key.gallery, *photo, r.kind, &r.sha256)
            }));
        }
    }
    if withdrawals == 0 {
        return Ok(());
    }
    if !keys.is_empty() {
        ports.blobs.delete(&keys).await?;
    }
    ports.edge.forget(&[key.gallery], &format!("batch {}", key.batch)).await
}
