//! POST /api/gallery/{gallery}/link: a secret link with which the visitor goes on elsewhere.

use axum::{
    extract::{Path, State},
    http::{HeaderName, header},
};
use domain::{
    Millis,
    access::link::{self, DeviceLink, OPENS_SECONDS},
};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use wire::{problem::Problem, route};

use crate::authorise::open_gallery;

#[utoipa::path(
    post,
    path = route::GALLERY_LINK,
    operation_id = "make_link",
    tag = "gallery",
    params(("gallery" = String, Path)),
    responses((status = 200, body = wire::device::DeviceLink), (status = "default", body = Problem)),
)]
pub async fn make(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
) -> Answer<([(HeaderName, &'static str); 1], axum::Json<wire::device::DeviceLink>)> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let id = held.gallery.id;
    let codes = session.0.grants.iter().find(|g| g.gallery == id).map(|g| g.codes.clone());
    let key = ports.secrets.cookie.first().ok_or_else(|| {
        tracing::error!("the host has no cookie key");
        Refusal::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "misconfigured",
            "This host is not set up completely.",
        )
    })?;
    let made_at: Millis = ports.clock.now();
    let link = DeviceLink {
        visitor: session.0.visitor,
        gallery: id,
        codes: codes.unwrap_or_default().into_iter().take(link::MAX_CODES).collect(),
        made_at,
    };
    let made = wire::device::DeviceLink {
        link: link::seal(&link, key),
        opens_until: made_at.plus(OPENS_SECONDS * Millis::SECOND).0,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(made)))
}
