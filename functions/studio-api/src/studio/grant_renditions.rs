//! Grants the upload of thumbnails and proofs, each under the key its content computes to.

use std::time::Duration;

use axum::{Json as Answered, extract::State};
use domain::{
    id::GalleryId,
    object_key,
    photo::{MAX_RENDITION_BYTES, RenditionKind},
};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, blobs::PutGrant};
use wire::publish::{AskGrants, GRANT_LIFETIME_SECONDS, Grants, MAX_GRANTS};

use crate::{access::MachineCaller, problems::at_most, request::Segments, views::grant};

/// A 400 px thumbnail takes about 40 kB.
const MAX_THUMBNAIL_BYTES: u64 = 1024 * 1024;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
    Json(ask): Json<AskGrants>,
) -> Answer<Answered<Grants>> {
    let gallery = caller.living_gallery(&ports, gallery).await?;
    super::grant_batch::must_take_photos(&gallery, ports.clock.now())?;
    at_most("files", ask.files.len(), MAX_GRANTS)?;
    let mut grants = Vec::with_capacity(ask.files.len());
    for file in &ask.files {
        let max = match file.kind {
            RenditionKind::Thumbnail => MAX_THUMBNAIL_BYTES,
            RenditionKind::Proof => MAX_RENDITION_BYTES,
        };
        if file.length == 0 || file.length > max {
            let kind = file.kind.as_str();
            return Err(Refusal::invalid(
                "bad_length",
                format!("The {kind} of {} has {} bytes; 1 to {max} are taken.", file.photo, file.length),
            )
            .hint("Lower the quality of this size in the studio's preferences and process again."));
        }
        let key =
            object_key::rendition(&ports.secrets.object_key, gallery.id, file.photo, file.kind, &file.sha256);
        let signed = ports
            .grants
            .put(PutGrant {
                key: &key,
                length: file.length,
                content_type: "image/jpeg",
                sha256: &file.sha256,
                lifetime: Duration::from_secs(GRANT_LIFETIME_SECONDS),
            })
            .await?;
        grants.push(grant(key, signed));
    }
    Ok(Answered(Grants { grants }))
}
