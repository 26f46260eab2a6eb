//! GET /api/gallery/{gallery}/logo/{sha256}: the studio's logo. Its address names its bytes, so it is kept.

use axum::{
    extract::{Path, State},
    http::{HeaderName, header},
};
use domain::{gallery::LogoFormat, hash::Sha256, object_key};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use wire::{problem::Problem, route};

use crate::authorise::open_gallery;

#[utoipa::path(
    get,
    path = route::GALLERY_LOGO,
    operation_id = "show_logo",
    tag = "gallery",
    params(("gallery" = String, Path), ("sha256" = String, Path)),
    responses((status = 200, description = "PNG or JPEG"), (status = "default", body = Problem)),
)]
pub async fn show(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path((gallery, sha256)): Path<(String, String)>,
) -> Answer<([(HeaderName, &'static str); 3], axum::body::Bytes)> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let missing = || Refusal::not_found("logo");
    let sha256: Sha256 = sha256.parse().map_err(|_| missing())?;
    // Only the one the gallery wears now, not whatever was sent before.
    held.gallery.settings.logo.filter(|l| l.sha256 == sha256).ok_or_else(missing)?;
    let key = object_key::logo(held.gallery.id, &sha256);
    let bytes = ports.blobs.get(&key).await?.ok_or_else(missing)?;
    // What the bytes are, never what somebody said they were.
    let format = LogoFormat::of(&bytes).ok_or_else(missing)?;
    let headers = [
        (header::CONTENT_TYPE, format.content_type()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "private, max-age=604800, immutable"),
    ];
    Ok((headers, bytes))
}
