//! PUT and DELETE /api/gallery/{gallery}/favourites/{photo}: the heart, kept on the host.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use domain::id::PhotoId;
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use wire::{problem::Problem, route};

use crate::authorise::open_gallery;

#[utoipa::path(
    put,
    path = route::GALLERY_FAVOURITE,
    operation_id = "add_favourite",
    tag = "gallery",
    params(("gallery" = String, Path), ("photo" = String, Path)),
    responses((status = 204), (status = "default", body = Problem)),
)]
pub async fn add(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path((gallery, photo)): Path<(String, String)>,
) -> Answer<StatusCode> {
    set(ports, session, gallery, photo, true).await
}

#[utoipa::path(
    delete,
    path = route::GALLERY_FAVOURITE,
    operation_id = "remove_favourite",
    tag = "gallery",
    params(("gallery" = String, Path), ("photo" = String, Path)),
    responses((status = 204), (status = "default", body = Problem)),
)]
pub async fn remove(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path((gallery, photo)): Path<(String, String)>,
) -> Answer<StatusCode> {
    set(ports, session, gallery, photo, false).await
}

async fn set(
    ports: Ports,
    session: VisitorSession,
    gallery: String,
    photo: String,
    on: bool,
) -> Answer<StatusCode> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let photo: PhotoId = photo.parse().map_err(|_| Refusal::not_found("photo"))?;
    // Only what she may see can be marked; unmarking works even after a photo was withdrawn.
    if on && ports.photos.photo(held.gallery.id, &held.scope, photo).await?.is_none() {
        return Err(Refusal::not_found("photo"));
    }
    ports.visitors.set_favourite(session.0.visitor, held.gallery.id, photo, on).await?;
    Ok(StatusCode::NO_CONTENT)
}
