//! GET and DELETE /api/gallery/session: what this browser holds open, renewed; and forgetting it.
//!
//! Renewing asks again whether the codes behind each gallery still hold, so a revoked code ends within the
//! hour a cookie lasts.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::{
        Grant, Scope,
        cookie::{Claims, LIFETIME_SECONDS},
    },
    gallery::GalleryState,
};
use http_edge::{Answer, Refusal, VisitorSession, clear_cookie, set_cookie};
use ports::Ports;
use wire::{
    customer::{Opened, OpenedGallery},
    problem::Problem,
    route,
};

use crate::gallery::signed;

#[utoipa::path(
    get,
    path = route::GALLERY_SESSION,
    operation_id = "renew_session",
    tag = "gallery",
    responses((status = 200, body = Opened, description = "renews the cookie"), (status = "default", body = Problem)),
)]
pub async fn renew(State(ports): State<Ports>, session: VisitorSession) -> Answer<Response> {
    let mut claims = session.0;
    let mut kept = Vec::new();
    for grant in claims.grants {
        if let Some(grant) = still_holds(&ports, grant).await? {
            kept.push(grant);
        }
    }
    if kept.is_empty() {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "no_session", "No gallery is open any more.")
            .hint("Open the gallery with your access code."));
    }
    claims.grants = kept;
    claims.exp = ports.clock.now().0 / 1000 + LIFETIME_SECONDS;
    let body = opened(&ports, &claims).await?;
    let cookie = set_cookie(&claims, &ports)?;
    Ok(([(header::SET_COOKIE, cookie)], [(header::CACHE_CONTROL, "no-store")], axum::Json(body))
        .into_response())
}

#[utoipa::path(
    delete,
    path = route::GALLERY_SESSION,
    operation_id = "forget_session",
    tag = "gallery",
    responses((status = 204, description = "forgets this device"), (status = "default", body = Problem)),
)]
pub async fn forget(State(ports): State<Ports>) -> Answer<Response> {
    let cookie = clear_cookie(&ports)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The grant as its codes allow it now.
pub(crate) async fn still_holds(ports: &Ports, grant: Grant) -> Answer<Option<Grant>> {
    let now = ports.clock.now();
    let mut scope: Option<Scope> = None;
    let mut codes = std::collections::BTreeSet::new();
    for code in &grant.codes {
        let Some(held) = ports.galleries.code_by_id(grant.gallery, *code).await? else { continue };
        if held.revoked || held.expires_at.is_some_and(|end| end <= now) {
            continue;
        }
        codes.insert(*code);
        scope = Some(match scope {
            Some(scope) => scope.union(held.scope),
            None => held.scope,
        });
    }
    let open =
        ports.galleries.gallery(grant.gallery).await?.is_some_and(|g| g.state_at(now) == GalleryState::Open);
    Ok(scope.filter(|_| open).map(|scope| Grant { gallery: grant.gallery, scope, codes }))
}

pub async fn opened(ports: &Ports, claims: &Claims) -> Answer<Opened> {
    let mut galleries = Vec::new();
    for grant in &claims.grants {
        let Some(gallery) = ports.galleries.gallery(grant.gallery).await? else { continue };
        let studio = ports.directory.studio(gallery.studio).await?;
        galleries.push(OpenedGallery {
            gallery: gallery.id,
            studio_name: signed(&gallery, studio.map(|s| s.name)),
            name: gallery.name,
        });
    }
    Ok(Opened {
        visitor: claims.visitor,
        galleries,
        expires_at: claims.exp.saturating_mul(1000),
        first: None,
    })
}
