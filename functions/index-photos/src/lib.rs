//! index-photos: a batch record was stored. Checks it against its key, the gallery and the stored pixels,
//! makes its photos visible, and says what became of it. A redelivered record changes nothing.

mod outcome;
mod photo_check;
mod pixels;
mod record_check;
mod withdrawn;

use domain::{access::Scope, id::BatchId, object_key, photo::PhotoChange};
use ports::{
    PortError, Ports,
    photo_index::{Applied, StoredOutcome},
};
use wire::{
    event::ObjectStored,
    publish::{BatchEntry, BatchRecord, MAX_BATCH_BYTES},
};

use outcome::Tally;

#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    #[error("{0:?} is not the key of a batch record")]
    NotABatch(String),
    #[error("the batch record {0} is not there")]
    Missing(String),
    #[error("batch {batch} could not be indexed")]
    Port {
        batch: BatchId,
        #[source]
        source: PortError,
    },
}

impl HandleError {
    /// Whether the event should come again. What is wrong with a record is no error: its outcome says it.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotABatch(_) | Self::Missing(_) => false,
            Self::Port { source, .. } => {
                !matches!(source, PortError::Invalid { .. } | PortError::Corrupt { .. })
            }
        }
    }
}

pub async fn handle(event: ObjectStored, ports: &Ports) -> Result<(), HandleError> {
    let key = object_key::parse_batch(&event.key).ok_or(HandleError::NotABatch(event.key.clone()))?;
    let failed = |source| HandleError::Port { batch: key.batch, source };
    if ports.photos.outcome(key.batch).await.map_err(failed)?.is_some() {
        return Ok(());
    }
    let head = ports.blobs.head(&event.key).await.map_err(failed)?;
    let head = head.ok_or_else(|| HandleError::Missing(event.key.clone()))?;
    let result = if head.length > MAX_BATCH_BYTES {
        Err(Stop::Why(format!("the record has {} bytes; at most {MAX_BATCH_BYTES} are read", head.length)))
    } else {
        let bytes = ports.blobs.get(&event.key).await.map_err(failed)?;
        let bytes = bytes.ok_or(HandleError::Missing(event.key))?;
        index(&key, &bytes, ports).await
    };
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(Stop::Why(why)) => {
            tracing::warn!(batch = %key.batch, studio = %key.studio, %why, "a batch was refused");
            StoredOutcome { applied: vec![], stale: vec![], rejected: vec![], failed: Some(why) }
        }
        Err(Stop::Port(source)) => return Err(failed(source)),
    };
    ports.photos.put_outcome(key.batch, &outcome).await.map_err(failed)
}

/// Why nothing of a record is applied.
pub(crate) enum Stop {
    /// The record is at fault; the reason is for the photographer.
    Why(String),
    Port(PortError),
}

impl From<PortError> for Stop {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

async fn index(key: &object_key::BatchKey, bytes: &[u8], ports: &Ports) -> Result<StoredOutcome, Stop> {
    let record: BatchRecord =
        serde_json::from_slice(bytes).map_err(|e| Stop::Why(format!("the record cannot be read: {e}")))?;
    record_check::check(key, &record, ports).await?;
    let roster = record_check::roster(key.gallery, &record, ports).await?;
    let stored = pixels::stored(key.gallery, &record, ports).await?;

    let withdrawn = withdrawn::shown(key.gallery, &record, ports).await?;
    let mut tally = Tally::default();
    let mut changes = Vec::new();
    for entry in record.entries {
        match entry {
            BatchEntry::Withdraw { seq, photo } => {
                changes.push(PhotoChange::Withdraw { gallery: key.gallery, photo, seq });
            }
            BatchEntry::Publish { seq, photo } => {
                let id = photo.id;
                match photo_check::accept(key, seq, *photo, &roster, &stored, ports) {
                    Ok(photo) => changes.push(PhotoChange::Publish(photo)),
                    Err(why) => tally.reject(id, why),
                }
            }
        }
    }
    let applied =
        if changes.is_empty() { Vec::new() } else { ports.photos.apply(key.gallery, &changes).await? };
    withdrawn::forget(key, withdrawn, &changes, &applied, ports).await?;
    let stale: Vec<_> =
        changes.iter().zip(&applied).filter(|(_, a)| **a == Applied::Stale).map(|(c, _)| c.photo()).collect();
    // An earlier run may have applied this very record and ended before it could say so.
    let present = if stale.is_empty() {
        Vec::new()
    } else {
        ports.photos.photos(key.gallery, &Scope::All, &stale).await?
    };
    for (change, applied) in changes.iter().zip(applied) {
        tally.count(change, applied, &present);
    }
    Ok(tally.into_outcome())
}
