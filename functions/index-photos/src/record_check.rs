//! What must hold of a record as a whole: it says what its key says, because the host signed the key and
//! not the content; and the studio, machine and gallery are in good standing.

use std::collections::BTreeSet;

use domain::{
    gallery::GalleryState,
    id::{GalleryId, SubjectId},
    object_key::BatchKey,
};
use ports::Ports;
use wire::publish::{BatchEntry, BatchRecord, MAX_BATCH_ENTRIES};

use crate::Stop;

const VERSION: u32 = 1;

pub(crate) async fn check(key: &BatchKey, record: &BatchRecord, ports: &Ports) -> Result<(), Stop> {
    let why = |text: &str| Err(Stop::Why(text.to_owned()));
    if record.version != VERSION {
        let found = record.version;
        return Err(Stop::Why(format!("the record has version {found}; this host reads {VERSION}")));
    }
    let said = BatchKey {
        studio: record.studio,
        machine: record.machine,
        gallery: record.gallery,
        batch: record.batch,
    };
    if said != *key {
        return why("the record speaks of another studio, machine, gallery or batch than its address");
    }
    let entries = record.entries.len();
    if entries == 0 || entries > MAX_BATCH_ENTRIES {
        return Err(Stop::Why(format!(
            "the record has {entries} entries; 1 to {MAX_BATCH_ENTRIES} are taken"
        )));
    }
    match ports.directory.studio(key.studio).await? {
        None => return why("the studio is not at this host"),
        Some(studio) if studio.suspended => return why("the studio is suspended"),
        Some(_) => {}
    }
    let machine = ports.directory.machine(key.machine).await?;
    if machine.is_none_or(|m| m.studio != key.studio) {
        return why("the machine is not one of the studio's");
    }
    let gallery = ports.galleries.gallery(key.gallery).await?.filter(|g| g.studio == key.studio);
    match gallery.map(|g| g.state_at(ports.clock.now())) {
        None => why("the studio has no such gallery"),
        Some(GalleryState::Closed) => why("the gallery is closed; open it again and publish anew"),
        Some(GalleryState::Erased) => why("the gallery was erased"),
        Some(GalleryState::Draft | GalleryState::Open) => Ok(()),
    }
}

/// Those people of the gallery's roster whom the record names.
pub(crate) async fn roster(
    gallery: GalleryId,
    record: &BatchRecord,
    ports: &Ports,
) -> Result<BTreeSet<SubjectId>, Stop> {
    let named: BTreeSet<SubjectId> = record
        .entries
        .iter()
        .filter_map(|e| match e {
            BatchEntry::Publish { photo, .. } => Some(&photo.subjects),
            BatchEntry::Withdraw { .. } => None,
        })
        .flatten()
        .copied()
        .collect();
    let named: Vec<SubjectId> = named.into_iter().collect();
    let mut known = BTreeSet::new();
    // In portions that a store reads at once.
    for ids in named.chunks(100) {
        known.extend(ports.galleries.subjects_by_id(gallery, ids).await?.into_iter().map(|s| s.id));
    }
    Ok(known)
}
