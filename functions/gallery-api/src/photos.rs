//! GET /api/gallery/{gallery}/photos: the selection runs here, on the host.

use std::collections::BTreeSet;

use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::Response,
};
use domain::{access::Scope, filter::PhotoFilter, id::PhotoId, photo::Photo, text::one_line};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::{
    Page, Ports,
    photo_index::{PhotoRequest, Seen},
};
use serde::Serialize;
use wire::{
    customer::{PhotoListing, PhotoPage, PhotoQuery},
    problem::Problem,
    route,
};

use crate::{
    alike::{self, Kept},
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
    responses((status = 200, body = PhotoListing), (status = "default", body = Problem)),
)]
pub async fn list(
    State(ports): State<Ports>,
    Extension(kept): Extension<Kept>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    query: Result<Query<PhotoQuery>, QueryRejection>,
) -> Answer<Response> {
    let Query(query) = query.map_err(|e| Refusal::invalid("unreadable_query", e.body_text()))?;
    let held = open_gallery(&ports, &session, &gallery).await?;
    let seen = seen(&ports, &session, &held, &query).await?;
    let viewer = Viewer::new(&ports, session.0.visitor, held.gallery.id, &held.scope)?;
    let alike = kept.of(viewer.keys(), &seen.page)?;
    let own = Own {
        tokens: alike.images.iter().map(|image| viewer.token(image)).collect(),
        favourites: positions(&seen.page.items, &seen.favourites),
        total: seen.total,
        next: seen.page.next.as_deref(),
    };
    let mut rest = serde_json::to_vec(&own).map_err(alike::unwritable)?;
    // Its opening brace becomes the comma after the photos.
    rest[0] = b',';
    let mut response = alike.start.clone().json(&rest);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// `PhotoListing` without what is alike for everybody.
#[derive(Serialize)]
struct Own<'a> {
    tokens: Vec<String>,
    favourites: Vec<u32>,
    total: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
}

fn positions(photos: &[Photo], favourites: &BTreeSet<PhotoId>) -> Vec<u32> {
    let among = |(at, photo): (u32, &Photo)| favourites.contains(&photo.id).then_some(at);
    (0..).zip(photos).filter_map(among).collect()
}

/// A page whole, as it comes along with another answer.
pub(crate) async fn page(
    ports: &Ports,
    session: &VisitorSession,
    held: &OpenGallery,
    query: &PhotoQuery,
) -> Answer<PhotoPage> {
    let Seen { page, total, favourites } = seen(ports, session, held, query).await?;
    let viewer = Viewer::new(ports, session.0.visitor, held.gallery.id, &held.scope)?;
    let photos = page.items.iter().map(|p| viewer.photo(p, favourites.contains(&p.id))).collect();
    Ok(PhotoPage { photos, total, next: page.next.clone() })
}

/// A page of a listing within what the visitor may see.
async fn seen(
    ports: &Ports,
    session: &VisitorSession,
    held: &OpenGallery,
    query: &PhotoQuery,
) -> Answer<Seen> {
    let filter = filter_of(query);
    // Asking for a subject outside the scope is asking for photos that are not there.
    if let (Some(subject), Scope::Subjects(set)) = (&filter.subject, &held.scope)
        && !set.contains(subject)
    {
        let page = Page { items: Vec::new(), next: None }.into();
        return Ok(Seen { page, total: 0, favourites: BTreeSet::new() });
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
    Ok(ports.photos.seen(request, visitor).await?)
}

pub(crate) fn limit(query: &PhotoQuery) -> u32 {
    query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
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
