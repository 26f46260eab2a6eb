//! Which of the record's renditions are stored. A photo becomes visible only when its pixels are there.

use std::collections::{BTreeMap, BTreeSet};

use domain::{id::GalleryId, object_key};
use ports::{Ports, blobs::ObjectInfo};
use wire::publish::{BatchEntry, BatchRecord};

use crate::Stop;

pub(crate) type Stored = BTreeMap<String, ObjectInfo>;

/// Up to this many objects are asked for one by one; listing the whole gallery is cheaper beyond.
const FEW: usize = 20;
const PAGE: u32 = 1_000;

/// The stored objects under the keys that the record's renditions compute to.
pub(crate) async fn stored(gallery: GalleryId, record: &BatchRecord, ports: &Ports) -> Result<Stored, Stop> {
    let mut wanted = BTreeSet::new();
    for entry in &record.entries {
        let BatchEntry::Publish { photo, .. } = entry else { continue };
        // More than there are kinds is refused anyway, without making the host look for them.
        for r in photo.renditions.iter().take(domain::photo::RenditionKind::ALL.len()) {
            wanted.insert(object_key::rendition(
                &ports.secrets.object_key,
                gallery,
                photo.id,
                r.kind,
                &r.sha256,
            ));
        }
    }
    if wanted.len() <= FEW {
        let mut found = Stored::new();
        for key in wanted {
            if let Some(info) = ports.blobs.head(&key).await? {
                found.insert(key, info);
            }
        }
        return Ok(found);
    }
    let mut found = Stored::new();
    let prefix = object_key::gallery_prefix(gallery);
    let mut cursor = None;
    loop {
        let page = ports.blobs.list(&prefix, cursor.as_deref(), PAGE).await?;
        found.extend(page.items.into_iter().filter(|o| wanted.contains(&o.key)).map(|o| (o.key.clone(), o)));
        cursor = page.next;
        if cursor.is_none() || found.len() == wanted.len() {
            return Ok(found);
        }
    }
}
