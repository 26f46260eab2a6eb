//! POST /api/gallery/open: an access code becomes a cookie.
//!
//! Wrong guesses slow the source that makes them, and nobody else: a right code is never held back, so the
//! limiter is asked only after the code turned out wrong. When the limiter is down, wrong codes are
//! answered at a fixed slow rate.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Millis,
    access::{Grant, code::AccessCode, cookie::Claims, cookie::LIFETIME_SECONDS},
    gallery::{CodeGrant, Gallery},
    id::VisitorId,
};
use http_edge::{
    Answer, CallerAddress, Json, Refusal, VisitorSession,
    guesses::{hold_back, wrong_code},
    set_cookie,
};
use ports::Ports;
use wire::{
    customer::{FirstScreen, OpenGallery, Opened, PhotoQuery},
    problem::Problem,
    route,
};

use crate::{
    authorise::{self, check_open},
    gallery, photos,
    session::opened,
};

/// More galleries than this in one browser would outgrow a cookie (4 kB).
const MAX_GALLERIES: usize = 8;

#[utoipa::path(
    post,
    path = route::GALLERY_OPEN,
    operation_id = "open_gallery",
    tag = "gallery",
    request_body = OpenGallery,
    responses((status = 200, body = Opened, description = "sets the cookie"), (status = "default", body = Problem)),
)]
pub async fn open(
    State(ports): State<Ports>,
    caller: CallerAddress,
    headers: HeaderMap,
    Json(request): Json<OpenGallery>,
) -> Answer<Response> {
    let grant = find_code(&ports, &caller, &request.code).await?;
    let now = ports.clock.now();
    let gallery =
        ports.galleries.gallery(grant.gallery).await?.ok_or_else(|| Refusal::not_found("gallery"))?;
    check_open(&ports, &gallery)?;

    let held = VisitorSession::from_headers(&headers, &ports);
    let claims = match held {
        Some(claims) => claims,
        None => {
            let visitor = match VisitorSession::visitor_before(&headers, &ports) {
                Some(visitor) => visitor,
                None => new_visitor()?,
            };
            Claims { visitor, grants: Vec::new(), exp: 0 }
        }
    };
    let opened_now = Grant { gallery: grant.gallery, scope: grant.scope, codes: [grant.id].into() };
    let claims = add(claims, opened_now);
    let first = match request.first {
        Some(count) => Some(first_screen(&ports, &claims, gallery, count).await?),
        None => None,
    };
    answer(&ports, claims, now, first).await
}

/// What the page asks for next is there already: on a slow line each question is a sixth of a second.
async fn first_screen(ports: &Ports, claims: &Claims, gallery: Gallery, count: u32) -> Answer<FirstScreen> {
    let session = VisitorSession(claims.clone());
    let scope = session.scope(gallery.id)?.clone();
    let held = authorise::OpenGallery { gallery, scope };
    let query = PhotoQuery { limit: Some(count), ..PhotoQuery::default() };
    let page = photos::page(ports, &session, &held, &query).await?;
    Ok(FirstScreen { view: gallery::view(ports, &session, held).await?, page })
}

/// The newest gallery comes first; the oldest make room. One that is held already shows what either opens.
pub(crate) fn add(mut claims: Claims, mut grant: Grant) -> Claims {
    if let Some(at) = claims.grants.iter().position(|g| g.gallery == grant.gallery) {
        let before = claims.grants.remove(at);
        grant.scope = grant.scope.union(before.scope);
        grant.codes.extend(before.codes);
    }
    claims.grants.insert(0, grant);
    claims.grants.truncate(MAX_GALLERIES);
    claims
}

/// The cookie, and what it opens.
pub(crate) async fn answer(
    ports: &Ports,
    mut claims: Claims,
    now: Millis,
    first: Option<FirstScreen>,
) -> Answer<Response> {
    claims.exp = now.0 / 1000 + LIFETIME_SECONDS;
    let cookie = set_cookie(&claims, ports)?;
    let body = Opened { first, ..opened(ports, &claims).await? };
    Ok(([(header::SET_COOKIE, cookie)], [(header::CACHE_CONTROL, "no-store")], axum::Json(body))
        .into_response())
}

/// What a typed code opens, if it opens anything now; a wrong one is answered slowly.
pub(crate) async fn find_code(ports: &Ports, caller: &CallerAddress, typed: &str) -> Answer<CodeGrant> {
    let code = match AccessCode::parse(typed) {
        Ok(code) => code,
        Err(e) => return Err(wrong(ports, caller, format!("This is not an access code: {e}.")).await),
    };
    let hash = code.keyed_hash(&ports.secrets.code_hash);
    let Some(grant) = ports.galleries.code(&hash).await? else {
        return Err(wrong(ports, caller, "This code opens nothing here.".to_owned()).await);
    };
    if grant.revoked || grant.expires_at.is_some_and(|end| end <= ports.clock.now()) {
        return Err(Refusal::new(StatusCode::GONE, "code_ended", "This code is no longer valid.")
            .hint("Ask the studio for a new one."));
    }
    Ok(grant)
}

async fn wrong(ports: &Ports, caller: &CallerAddress, message: String) -> Refusal {
    hold_back(ports, &caller.0).await;
    wrong_code(message)
}

fn new_visitor() -> Answer<VisitorId> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the operating system gives no randomness");
        Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The gallery cannot be opened right now.",
        )
        .hint("Try again in a few seconds.")
    })?;
    Ok(VisitorId::from_bytes(bytes))
}
