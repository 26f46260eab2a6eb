//! Tells what became of a batch. Until the answer says so, nothing of it counts as published.

use axum::{Json, extract::State};
use domain::{
    id::{BatchId, GalleryId},
    object_key,
};
use http_edge::{Answer, Refusal};
use ports::{Ports, photo_index::StoredOutcome};
use wire::publish::{BatchOutcome, Rejected};

use crate::{access::MachineCaller, request::Segments};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments((gallery, batch)): Segments<(GalleryId, BatchId)>,
) -> Answer<Json<BatchOutcome>> {
    let gallery = caller.gallery(&ports, gallery).await?;
    let Some(stored) = ports.photos.outcome(batch).await? else {
        return Ok(Json(BatchOutcome::Pending));
    };
    // Outcomes are kept by batch alone; whose it is stands in the record's key.
    let key = object_key::batch(caller.studio.id, caller.machine.id, gallery.id, batch);
    if ports.blobs.head(&key).await?.is_none() {
        return Err(Refusal::not_found("batch"));
    }
    Ok(Json(outcome(stored)))
}

fn outcome(stored: StoredOutcome) -> BatchOutcome {
    match stored.failed {
        Some(why) => BatchOutcome::Failed { why },
        None => BatchOutcome::Done {
            applied: stored.applied,
            stale: stored.stale,
            rejected: stored.rejected.into_iter().map(|(photo, why)| Rejected { photo, why }).collect(),
        },
    }
}
