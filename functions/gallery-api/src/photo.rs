//! GET /api/gallery/{gallery}/photos/{photo}: one photo.

use axum::{
    extract::{Path, State},
    http::{HeaderName, header},
};
use domain::id::PhotoId;
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use wire::{customer::PhotoView, problem::Problem, route};

use crate::{authorise::open_gallery, view::Viewer};

#[utoipa::path(
    get,
    path = route::GALLERY_PHOTO,
    operation_id = "show_photo",
    tag = "gallery",
    params(("gallery" = String, Path), ("photo" = String, Path)),
    responses((status = 200, body = PhotoView), (status = "default", body = Problem)),
)]
pub async fn show(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path((gallery, photo)): Path<(String, String)>,
) -> Answer<([(HeaderName, &'static str); 1], axum::Json<PhotoView>)> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let id: PhotoId = photo.parse().map_err(|_| Refusal::not_found("photo"))?;
    let photo = ports
        .photos
        .photo(held.gallery.id, &held.scope, id)
        .await?
        .ok_or_else(|| Refusal::not_found("photo"))?;
    let favourite = ports.visitors.favourites(session.0.visitor, held.gallery.id).await?.contains(&id);
    let viewer = Viewer::new(&ports, session.0.visitor, held.gallery.id, &held.scope)?;
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], axum::Json(viewer.photo(&photo, favourite))))
}
