//! Revokes an access code. Doing it twice, or for a code that never was, leaves the same state.

use axum::{extract::State, http::StatusCode};
use domain::id::{CodeId, GalleryId};
use http_edge::Answer;
use ports::Ports;

use crate::{access::MachineCaller, request::Segments};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments((gallery, code)): Segments<(GalleryId, CodeId)>,
) -> Answer<StatusCode> {
    let gallery = caller.gallery(&ports, gallery).await?;
    ports.galleries.revoke_code(gallery.id, code).await?;
    Ok(StatusCode::NO_CONTENT)
}
