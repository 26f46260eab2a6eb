//! GET /api/gallery/{gallery}/news: whether something is new, so that pictures appear by themselves.
//!
//! On a host of one process the answer waits until there is something; elsewhere it comes at once, and
//! browsers ask again after a while. Who may see a part hears of that part only.

use std::time::Duration;

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{access::Scope, hash::Sha256};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use tokio::time::Instant;
use wire::{
    customer::{News, NewsQuery},
    problem::Problem,
    route,
};

use crate::authorise::{OpenGallery, open_gallery};

/// Shorter than proxies wait for an answer.
const WAIT: Duration = Duration::from_secs(25);

#[utoipa::path(
    get,
    path = route::GALLERY_NEWS,
    operation_id = "tell_news",
    tag = "gallery",
    params(("gallery" = String, Path), NewsQuery),
    responses(
        (status = 200, body = News),
        (status = 204, description = "nothing is new"),
        (status = "default", body = Problem),
    ),
)]
pub async fn tell(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    query: Result<Query<NewsQuery>, QueryRejection>,
) -> Answer<Response> {
    let Query(query) = query.map_err(|e| Refusal::invalid("unreadable_query", e.body_text()))?;
    let held = open_gallery(&ports, &session, &gallery).await?;
    let end = Instant::now() + WAIT;
    let mut seen = None;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let generation = ports.photos.generation(held.gallery.id, seen, left).await?;
        let news = news(&ports, &held, generation).await?;
        if query.known.as_deref() != Some(news.mark.as_str()) {
            return Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(news)).into_response());
        }
        // Waited for in vain, or a host that does not wait.
        if seen == Some(generation) || left.is_zero() {
            return Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response());
        }
        seen = Some(generation);
    }
}

async fn news(ports: &Ports, held: &OpenGallery, generation: u64) -> Answer<News> {
    let facets = ports.photos.facets(held.gallery.id, &held.scope).await?;
    let revision = held.gallery.revision;
    let mark = match &held.scope {
        Scope::All => format!("{generation}.{revision}"),
        // What others get to see must not show in it. The text is compared with nothing but itself.
        Scope::Subjects(_) => format!("{revision}.{}", Sha256::of(format!("{facets:?}").as_bytes()).hex()),
    };
    Ok(News { mark, photos: facets.photos })
}
