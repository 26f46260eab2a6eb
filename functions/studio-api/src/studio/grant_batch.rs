//! Grants the upload of a batch record, whose arrival makes its photos visible.

use std::time::Duration;

use axum::{Json as Answered, extract::State};
use domain::{
    Millis,
    gallery::{Gallery, GalleryState},
    id::{BatchId, GalleryId},
    object_key,
};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, blobs::PutGrant};
use wire::publish::{AskBatchGrant, GRANT_LIFETIME_SECONDS, Grant, MAX_BATCH_BYTES};

use crate::{access::MachineCaller, request::Segments, views::grant};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments((gallery, batch)): Segments<(GalleryId, BatchId)>,
    Json(ask): Json<AskBatchGrant>,
) -> Answer<Answered<Grant>> {
    let gallery = caller.living_gallery(&ports, gallery).await?;
    must_take_photos(&gallery, ports.clock.now())?;
    if ask.length == 0 || ask.length > MAX_BATCH_BYTES {
        return Err(Refusal::invalid(
            "bad_length",
            format!("The batch record has {} bytes; 1 to {MAX_BATCH_BYTES} are taken.", ask.length),
        )
        .hint("Put fewer photos into one batch."));
    }
    let key = object_key::batch(caller.studio.id, caller.machine.id, gallery.id, batch);
    let signed = ports
        .grants
        .put(PutGrant {
            key: &key,
            length: ask.length,
            content_type: "application/json",
            sha256: &ask.sha256,
            lifetime: Duration::from_secs(GRANT_LIFETIME_SECONDS),
        })
        .await?;
    Ok(Answered(grant(key, signed)))
}

/// Photos go into drafts and open galleries.
pub fn must_take_photos(gallery: &Gallery, now: Millis) -> Answer<()> {
    match gallery.state_at(now) {
        GalleryState::Draft | GalleryState::Open => Ok(()),
        GalleryState::Closed | GalleryState::Erased => Err(Refusal::conflict(
            "gallery_closed",
            format!("The gallery {:?} is closed, so it takes no photos.", gallery.name),
        )
        .hint("Open it again with a later last day, then publish.")),
    }
}
