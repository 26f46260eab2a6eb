//! `erase-again`: a backup is from before the erasures that came after it. They are noted outside the table,
//! one object a gallery, so that a restore can carry them out again before anybody looks.

use std::fmt;

use anyhow::{Context, Result};
use domain::{
    gallery::GalleryState,
    id::GalleryId,
    object_key::{gallery_prefix, look_prefix},
};
use ports::Ports;
use serde::Serialize;

/// Where the AWS adapters note erasures.
const NOTED: &str = "erased/";
const PAGE: u32 = 1_000;

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Galleries that are noted as erased.
    noted: u64,
    /// Of these, the ones the restored records had not erased.
    again: u64,
}

impl fmt::Display for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} galleries are noted as erased; {} were erased again.", self.noted, self.again)
    }
}

pub async fn run(ports: &Ports) -> Result<Erased> {
    let mut result = Erased::default();
    let mut cursor = None;
    loop {
        let page = ports.blobs.list(NOTED, cursor.as_deref(), PAGE).await?;
        for object in page.items {
            let Some(gallery) = object.key.strip_prefix(NOTED).and_then(|id| id.parse().ok()) else {
                continue;
            };
            result.noted += 1;
            let erased = erase(ports, gallery).await;
            result.again += u64::from(erased.with_context(|| format!("{gallery} cannot be erased"))?);
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(result);
        }
    }
}

/// True when the records did not say so yet. Names and words go with the next nightly sweep.
async fn erase(ports: &Ports, id: GalleryId) -> Result<bool> {
    let Some(mut gallery) = ports.galleries.gallery(id).await? else { return Ok(false) };
    let new = gallery.state != GalleryState::Erased;
    if new {
        gallery.state = GalleryState::Erased;
        let revision = gallery.revision;
        ports.galleries.put_gallery(&gallery, revision).await?;
    }
    ports.photos.erase(id).await?;
    for prefix in [gallery_prefix(id), look_prefix(id)] {
        loop {
            let page = ports.blobs.list(&prefix, None, PAGE).await?;
            if page.items.is_empty() {
                break;
            }
            let keys: Vec<String> = page.items.into_iter().map(|o| o.key).collect();
            ports.blobs.delete(&keys).await?;
        }
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use ports::contract::sample;

    use super::*;
    use crate::{studio, trial};

    #[tokio::test]
    async fn what_was_erased_after_the_backup_is_erased_again() {
        let trial = trial::host();
        let ports = &trial.ports;
        let studio = studio::add(ports, "Bright Side").await.unwrap().id.parse().unwrap();
        let [erased, kept] = [0, 1].map(|_| sample::gallery(studio));
        for gallery in [&erased, &kept] {
            ports.galleries.put_gallery(gallery, 0).await.unwrap();
            let key = format!("{}{}", gallery_prefix(gallery.id), "a".repeat(26));
            assert!(ports.blobs.put_new(&key, Bytes::from_static(b"pixels"), "image/jpeg").await.unwrap());
        }
        // As the AWS adapters note it; and something that is no gallery of this host.
        for noted in [erased.id.to_string(), GalleryId::from_bytes([9; 16]).to_string()] {
            ports
                .blobs
                .put_new(&format!("{NOTED}{noted}"), Bytes::from_static(b"-"), "text/plain")
                .await
                .unwrap();
        }

        assert_eq!(run(ports).await.unwrap(), Erased { noted: 2, again: 1 });
        for (gallery, left) in [(&erased, 0), (&kept, 1)] {
            let objects = ports.blobs.list(&gallery_prefix(gallery.id), None, 10).await.unwrap().items;
            assert_eq!(objects.len(), left);
        }
        let state = ports.galleries.gallery(erased.id).await.unwrap().unwrap().state;
        assert_eq!(state, GalleryState::Erased);
        assert_eq!(run(ports).await.unwrap(), Erased { noted: 2, again: 0 });
    }
}
