//! Changing what is published: newer numbers only, tombstones for what is gone.

use domain::{
    id::{GalleryId, MachineId},
    photo::{Photo, PhotoChange},
};
use ports::{PortError, photo_index::Applied};
use rusqlite::{Connection, OptionalExtension, params};

use super::row;
use crate::fault::Step;

const MAX_CHANGES: usize = 100;

pub(super) fn apply(db: &Connection, gallery: GalleryId, changes: &[PhotoChange]) -> Step<Vec<Applied>> {
    if changes.len() > MAX_CHANGES {
        return Err(
            PortError::invalid("the batch", format!("more than {MAX_CHANGES} changes at once")).into()
        );
    }
    let mut applied = Vec::with_capacity(changes.len());
    for change in changes {
        let (of, seq) = match change {
            PhotoChange::Publish(photo) => (photo.gallery, photo.seq),
            PhotoChange::Withdraw { gallery, seq, .. } => (*gallery, *seq),
        };
        if of != gallery {
            return Err(PortError::invalid("the batch", "a change is for another gallery").into());
        }
        let held: Option<u64> = db
            .prepare_cached("SELECT seq FROM photos WHERE gallery = ?1 AND photo = ?2")?
            .query_row([gallery.to_string(), change.photo().to_string()], |r| r.get(0))
            .optional()?;
        if held.is_some_and(|held| held >= seq) {
            applied.push(Applied::Stale);
            continue;
        }
        db.prepare_cached("DELETE FROM memberships WHERE gallery = ?1 AND photo = ?2")?
            .execute([gallery.to_string(), change.photo().to_string()])?;
        match change {
            PhotoChange::Publish(photo) => publish(db, photo)?,
            PhotoChange::Withdraw { photo, .. } => {
                db.prepare_cached(
                    "INSERT INTO photos (gallery, photo, seq) VALUES (?1, ?2, ?3)
                     ON CONFLICT (gallery, photo) DO UPDATE SET seq = excluded.seq, sort_key = NULL, home = NULL,
                       micro_width = NULL, micro_height = NULL, micro = NULL, json = NULL",
                )?
                .execute(params![gallery.to_string(), photo.to_string(), seq])?;
            }
        }
        applied.push(Applied::Yes);
    }
    if applied.contains(&Applied::Yes) {
        changed(db, gallery)?;
    }
    Ok(applied)
}

fn publish(db: &Connection, photo: &Photo) -> Step<()> {
    row::write(db, photo)?;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO memberships (gallery, subject, sort_key, photo) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for subject in &photo.subjects {
        insert.execute([
            photo.gallery.to_string(),
            subject.to_string(),
            photo.sort_key(),
            photo.id.to_string(),
        ])?;
    }
    Ok(())
}

/// Counts and pages kept in memory are of the generation before.
fn changed(db: &Connection, gallery: GalleryId) -> Step<()> {
    db.prepare_cached(
        "INSERT INTO gallery_generations (gallery, generation) VALUES (?1, 1)
         ON CONFLICT (gallery) DO UPDATE SET generation = generation + 1",
    )?
    .execute([gallery.to_string()])?;
    Ok(())
}

pub(super) fn adopt(db: &Connection, gallery: GalleryId, from: MachineId, to: MachineId) -> Step<u64> {
    let moved = db.execute(
        "UPDATE photos SET home = ?3, json = json_set(json, '$.home', ?3)
         WHERE gallery = ?1 AND home = ?2 AND json IS NOT NULL",
        [gallery.to_string(), from.to_string(), to.to_string()],
    )?;
    if moved > 0 {
        changed(db, gallery)?;
    }
    Ok(moved as u64)
}

pub(super) fn erase(db: &Connection, gallery: GalleryId) -> Step<u64> {
    db.execute("DELETE FROM memberships WHERE gallery = ?1", [gallery.to_string()])?;
    let erased = db.execute(
        "UPDATE photos SET sort_key = NULL, home = NULL, micro_width = NULL, micro_height = NULL, micro = NULL,
           json = NULL WHERE gallery = ?1 AND json IS NOT NULL",
        [gallery.to_string()],
    )?;
    changed(db, gallery)?;
    Ok(erased as u64)
}
