//! POST /api/gallery/open-link: a link from another device becomes this browser's cookie.
//!
//! It opens what its codes open now, never more: a link made with a child's code shows that child. A
//! browser that has favourites or a cart of its own is asked first, because bringing them together shows
//! them to whoever made the link.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    access::{
        Grant, Scope,
        cookie::Claims,
        link::{self, DeviceLink, LinkError, Worth},
    },
    id::{GalleryId, VisitorId},
};
use http_edge::{Answer, CallerAddress, Json, Refusal, VisitorSession};
use ports::Ports;
use wire::{customer::Opened, device::OpenLink, problem::Problem, route};

use crate::{
    authorise::check_open,
    merge::{has_own, merge},
    open::{add, answer, find_code},
    session::still_holds,
};

#[utoipa::path(
    post,
    path = route::GALLERY_OPEN_LINK,
    operation_id = "open_link",
    tag = "gallery",
    request_body = OpenLink,
    responses((status = 200, body = Opened, description = "sets the cookie of the link's visitor"), (status = "default", body = Problem)),
)]
pub async fn open(
    State(ports): State<Ports>,
    caller: CallerAddress,
    headers: HeaderMap,
    Json(request): Json<OpenLink>,
) -> Answer<Response> {
    let now = ports.clock.now();
    let worth = link::open(&request.link, &ports.secrets.cookie, now).map_err(unknown)?;
    let (link, young) = match worth {
        Worth::Opens(link) => (link, true),
        Worth::Knows(link) => (link, false),
    };
    let gallery =
        ports.galleries.gallery(link.gallery).await?.ok_or_else(|| Refusal::not_found("gallery"))?;
    let grant = match &request.code {
        Some(typed) => by_code(&ports, &caller, &link, typed).await?,
        None => {
            check_open(&ports, &gallery)?;
            by_link(&ports, &link, young).await?
        }
    };
    check_open(&ports, &gallery)?;

    let held = VisitorSession::from_headers(&headers, &ports);
    let before = VisitorSession::visitor_before(&headers, &ports).filter(|v| *v != link.visitor);
    let others = held.map(|claims| claims.grants).unwrap_or_default();
    if let Some(before) = before {
        let galleries = galleries(&others, link.gallery);
        bring_together(&ports, before, link.visitor, &galleries, request.merge).await?;
    }
    let claims = Claims { visitor: link.visitor, grants: others, exp: 0 };
    answer(&ports, add(claims, grant), now, None).await
}

fn galleries(held: &[Grant], gallery: GalleryId) -> Vec<GalleryId> {
    let others = held.iter().map(|g| g.gallery).filter(|g| *g != gallery);
    std::iter::once(gallery).chain(others).collect()
}

async fn bring_together(
    ports: &Ports,
    from: VisitorId,
    to: VisitorId,
    galleries: &[GalleryId],
    agreed: bool,
) -> Answer<()> {
    for gallery in galleries {
        if !has_own(ports, from, *gallery).await? {
            continue;
        }
        if !agreed {
            return Err(Refusal::conflict(
                "other_visitor",
                "This device has favourites or a cart of its own.",
            )
            .hint("Bring both together if the link is yours."));
        }
        merge(ports, from, to, *gallery).await?;
    }
    Ok(())
}

async fn by_link(ports: &Ports, link: &DeviceLink, young: bool) -> Answer<Grant> {
    let codes = link.codes.iter().copied().collect();
    let kept = Grant { gallery: link.gallery, scope: Scope::Subjects(Default::default()), codes };
    let opens = if young { still_holds(ports, kept).await? } else { None };
    opens.ok_or_else(|| {
        Refusal::conflict("code_needed", "This link no longer opens the gallery by itself.")
            .hint("Enter your access code; favourites and cart come back with it.")
    })
}

async fn by_code(ports: &Ports, caller: &CallerAddress, link: &DeviceLink, typed: &str) -> Answer<Grant> {
    let found = find_code(ports, caller, typed).await?;
    if found.gallery != link.gallery {
        return Err(Refusal::conflict("other_gallery", "This code opens another gallery.")
            .hint("Open it with the code alone, or use the code of the gallery the link is from."));
    }
    Ok(Grant { gallery: found.gallery, scope: found.scope, codes: [found.id].into() })
}

fn unknown(error: LinkError) -> Refusal {
    let code = match error {
        LinkError::Unknown => "link_unknown",
        LinkError::Over => "link_over",
    };
    Refusal::new(StatusCode::FORBIDDEN, code, format!("This cannot be opened: {error}."))
        .hint("Make a new link on the other device, or enter your access code.")
}
