//! GET /api/gallery/{gallery}/photos: the selection runs here, on the host.

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderName, header},
};
use domain::{access::Scope, filter::PhotoFilter, text::one_line};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::{
    Ports,
    photo_index::{PhotoRequest, Seen},
};
use wire::{
    customer::{PhotoPage, PhotoQuery},
    problem::Problem,
    route,
};

use crate::{
    authorise::{OpenGallery, open_gallery},
    listed,
    view::Viewer,
};

const DEFAULT_LIMIT: u32 = 60;
/// The rest of a large gallery in one request: about 600 kB compressed.
const MAX_LIMIT: u32 = 1_000;
const MAX_SEARCH: usize = 120;

#[utoipa::path(
    get,
    path = route::GALLERY_PHOTOS,
    operation_id = "list_photos",
    tag = "gallery",
    params(("gallery" = String, Path), PhotoQuery),
    responses((status = 200, body = PhotoPage), (status = "default", body = Problem)),
)]
pub async fn list(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    query: Result<Query<PhotoQuery>, QueryRejection>,
) -> Answer<([(HeaderName, &'static str); 1], axum::Json<PhotoPage>)> {
    let Query(query) = query.map_err(|e| Refusal::invalid("unreadable_query", e.body_text()))?;
    let held = open_gallery(&ports, &session, &gallery).await?;
    Ok(answer(page(&ports, &session, &held, &query).await?))
}

/// A page of a listing within what the visitor may see.
pub(crate) async fn page(
    ports: &Ports,
    session: &VisitorSession,
    held: &OpenGallery,
    query: &PhotoQuery,
) -> Answer<PhotoPage> {
    let filter = filter_of(query);
    // Asking for a subject outside the scope is asking for photos that are not there.
    if let (Some(subject), Scope::Subjects(set)) = (&filter.subject, &held.scope)
        && !set.contains(subject)
    {
        return Ok(PhotoPage { photos: Vec::new(), total: 0, next: None });
    }
    let visitor = session.0.visitor;
    if let Some(list) = &query.list {
        return listed::page(ports, visitor, held, &filter, list, query).await;
    }
    let request = PhotoRequest {
        gallery: held.gallery.id,
        scope: &held.scope,
        filter: &filter,
        favourites_of: query.favourites.unwrap_or(false).then_some(visitor),
        cursor: query.cursor.as_deref(),
        limit: limit(query),
    };
    let Seen { page, total, favourites } = ports.photos.seen(request, visitor).await?;
    let viewer = Viewer::new(ports, visitor, held.gallery.id, &held.scope)?;
    let photos = page.items.iter().map(|p| viewer.photo(p, favourites.contains(&p.id))).collect();
    Ok(PhotoPage { photos, total, next: page.next.clone() })
}

pub(crate) fn limit(query: &PhotoQuery) -> u32 {
    query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
}

fn answer(page: PhotoPage) -> ([(HeaderName, &'static str); 1], axum::Json<PhotoPage>) {
    ([(header::CACHE_CONTROL, "private, no-cache")], axum::Json(page))
}

fn filter_of(query: &PhotoQuery) -> PhotoFilter {
    let text = |t: &Option<String>| t.as_deref().map(|t| one_line(t, MAX_SEARCH)).filter(|t| !t.is_empty());
    PhotoFilter {
        search: text(&query.q),
        keyword: text(&query.keyword),
        section: text(&query.section),
        subject: query.subject,
        day: text(&query.day),
    }
}
