//! Batches on this machine: decided, stored, and settled by their outcome. A batch's record never changes.

use std::collections::HashMap;

use domain::{
    gallery::GalleryState,
    hash::Sha256,
    id::{BatchId, GalleryId, MachineId, PhotoId, StudioId},
};
use rusqlite::{OptionalExtension, Transaction, params};
use wire::publish::{BatchEntry, BatchOutcome, BatchRecord, PhotoRecord, Rejected};

use super::plan::{Change, Published, fingerprint};
use crate::{
    catalog::{Catalog, ledger, photos::unreadable},
    clock,
    error::AgentError,
};

#[derive(Clone, Debug)]
pub struct Batch {
    pub id: BatchId,
    pub record: Vec<u8>,
    /// The record is at the host; only its outcome is missing.
    pub stored: bool,
}

/// Who publishes where.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    pub studio: StudioId,
    pub machine: MachineId,
    pub gallery: GalleryId,
}

/// What became of a batch's photos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    pub published: usize,
    pub hidden: usize,
    /// A newer change of the same photo was there; the next publish compares again.
    pub stale: usize,
    pub rejected: Vec<Rejected>,
    /// Why nothing of the batch was taken.
    pub failed: Option<String>,
}

pub fn published(catalog: &Catalog, gallery: GalleryId) -> Result<Published, AgentError> {
    catalog.read(|c| {
        let mut statement = c.prepare("SELECT photo, record FROM published WHERE gallery = ?1")?;
        let rows = statement.query_map([gallery.to_string()], |row| {
            let photo: PhotoId = row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?;
            Ok((photo, row.get(1)?))
        })?;
        rows.collect()
    })
}

/// Decides on a batch: numbers its changes and keeps the record before anything is sent.
/// `edits`: the edit each published frame was made with, as JSON.
pub fn decide(
    catalog: &Catalog,
    sender: Sender,
    changes: &[Change],
    edits: &HashMap<PhotoId, String>,
) -> Result<Batch, AgentError> {
    let id = BatchId::from_bytes(clock::random());
    let now = clock::now().0;
    let gallery = sender.gallery.to_string();
    let record = catalog.write(|tx| {
        let mut entries = Vec::new();
        for change in changes {
            entries.push(match change {
                Change::Publish { record, .. } => {
                    let edit = edits.get(&record.id).map_or("", String::as_str);
                    note_frame(tx, record, edit, now)?;
                    BatchEntry::Publish { seq: next_seq(tx, &gallery, record.id, now)?, photo: record.clone() }
                }
                Change::Hide(photo) => {
                    BatchEntry::Withdraw { seq: next_seq(tx, &gallery, *photo, now)?, photo: *photo }
                }
            });
        }
        let Sender { studio, machine, gallery: to } = sender;
        let record = BatchRecord { version: 1, batch: id, studio, machine, gallery: to, made_at: now, entries };
        let record = serde_json::to_vec(&record).map_err(|e| unreadable(0, e))?;
        tx.execute(
            "INSERT INTO batch (id, gallery, record, sha256, state, made_at) VALUES (?1, ?2, ?3, ?4, 'made', ?5)",
            params![id.to_string(), gallery, record, Sha256::of(&record).0, now],
        )?;
        Ok(record)
    })?;
    Ok(Batch { id, record, stored: false })
}

/// Larger than every number used before, and than those of a catalog that was restored from an old copy.
fn next_seq(tx: &Transaction<'_>, gallery: &str, photo: PhotoId, now: i64) -> rusqlite::Result<u64> {
    let photo = photo.to_string();
    let seq: i64 = tx.query_row(
        "INSERT INTO sequence (gallery, photo, seq) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET seq = max(seq + 1, ?3) RETURNING seq",
        params![gallery, photo, now],
        |row| row.get(0),
    )?;
    Ok(seq as u64)
}

/// Kept when it may be shown and not only once it is: an order must always find its frame.
fn note_frame(tx: &Transaction<'_>, record: &PhotoRecord, edit: &str, at: i64) -> rusqlite::Result<()> {
    let photo = record.id.to_string();
    let last = tx
        .query_row(
            "SELECT width, height, edit FROM shown_frame WHERE photo = ?1 AND version = ?2 ORDER BY at DESC LIMIT 1",
            params![photo, record.version.0],
            |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?, row.get::<_, String>(2)?)),
        )
        .optional()?;
    if last.is_some_and(|last| last == (record.frame.width, record.frame.height, edit.to_owned())) {
        return Ok(());
    }
    tx.execute(
        "INSERT OR REPLACE INTO shown_frame (photo, version, width, height, edit, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![photo, record.version.0, record.frame.width, record.frame.height, edit, at],
    )?;
    Ok(())
}

pub fn open(catalog: &Catalog, gallery: GalleryId) -> Result<Vec<Batch>, AgentError> {
    catalog.read(|c| {
        let mut statement = c.prepare(
            "SELECT id, record, state = 'stored' FROM batch
             WHERE gallery = ?1 AND state IN ('made', 'stored') ORDER BY made_at",
        )?;
        let rows = statement.query_map([gallery.to_string()], |row| {
            let id = row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?;
            Ok(Batch { id, record: row.get(1)?, stored: row.get(2)? })
        })?;
        rows.collect()
    })
}

pub fn is_stored(catalog: &Catalog, gallery: GalleryId, batch: &Batch, key: &str) -> Result<(), AgentError> {
    catalog.write(|tx| {
        let sent = ledger::Sent {
            key,
            gallery: Some(gallery),
            photo: None,
            kind: "batch",
            length: batch.record.len() as u64,
            sha256: Sha256::of(&batch.record),
        };
        ledger::record(tx, &sent)?;
        tx.execute("UPDATE batch SET state = 'stored' WHERE id = ?1", [batch.id.to_string()])
    })?;
    Ok(())
}

/// Writes down what an outcome says; `None` while the host still works on it.
pub fn settle(
    catalog: &Catalog,
    gallery: GalleryId,
    batch: &Batch,
    outcome: &BatchOutcome,
) -> Result<Option<Settled>, AgentError> {
    let id = batch.id.to_string();
    match outcome {
        BatchOutcome::Pending => Ok(None),
        BatchOutcome::Failed { why } => {
            let why = domain::text::one_line(why, 500);
            catalog.write(|tx| {
                tx.execute("UPDATE batch SET state = 'failed', why = ?2 WHERE id = ?1", [&id, &why])
            })?;
            Ok(Some(Settled { failed: Some(why), ..Settled::default() }))
        }
        BatchOutcome::Done { applied, stale, rejected } => {
            let mut settled =
                Settled { stale: stale.len(), rejected: rejected.clone(), ..Settled::default() };
            catalog.write(|tx| {
                let record: BatchRecord =
                    serde_json::from_slice(&batch.record).map_err(|e| unreadable(0, e))?;
                for entry in &record.entries {
                    apply(tx, &gallery.to_string(), &record, entry, applied, &mut settled)?;
                }
                for one in rejected {
                    ledger::distrust(tx, &gallery.to_string(), &one.photo.to_string())?;
                }
                tx.execute("UPDATE batch SET state = 'done' WHERE id = ?1", [&id])
            })?;
            Ok(Some(settled))
        }
    }
}

fn apply(
    tx: &Transaction<'_>,
    gallery: &str,
    batch: &BatchRecord,
    entry: &BatchEntry,
    applied: &[PhotoId],
    settled: &mut Settled,
) -> rusqlite::Result<()> {
    let (photo, seq, record) = match entry {
        BatchEntry::Publish { seq, photo } => (photo.id, *seq, Some(photo)),
        BatchEntry::Withdraw { seq, photo } => (*photo, *seq, None),
    };
    if !applied.contains(&photo) {
        return Ok(());
    }
    let (id, now) = (photo.to_string(), clock::now().0);
    match record {
        Some(record) => {
            settled.published += 1;
            // From now on it is what customers see.
            tx.execute(
                "UPDATE OR IGNORE shown_frame SET at = ?4 WHERE photo = ?1 AND version = ?2 AND at = ?3",
                params![id, record.version.0, batch.made_at, now],
            )?;
        }
        None => {
            settled.hidden += 1;
            ledger::distrust(tx, gallery, &id)?;
        }
    }
    tx.execute(
        "INSERT INTO published (gallery, photo, seq, record, version, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET seq = ?3, record = ?4, version = ?5, at = ?6 WHERE ?3 > seq",
        params![gallery, id, seq as i64, record.map(|r| fingerprint(r)), record.map(|r| r.version.0), now],
    )?;
    Ok(())
}

/// Photos the host shows of a gallery, as far as this machine knows.
pub fn shown_count(catalog: &Catalog, gallery: GalleryId) -> Result<usize, AgentError> {
    catalog.read(|c| {
        c.query_row(
            "SELECT count(*) FROM published WHERE gallery = ?1 AND record IS NOT NULL",
            [gallery.to_string()],
            |row| row.get::<_, u32>(0).map(|n| n as usize),
        )
    })
}

/// Drafts and open galleries take photos.
pub fn takes_photos(state: GalleryState) -> bool {
    matches!(state, GalleryState::Draft | GalleryState::Open)
}
