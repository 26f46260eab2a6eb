//! GET /img/<gallery>/<name>?t=<token>: a thumbnail or proof, for the visitor whose session the address was
//! made for. Permission comes before everything, so a 304 tells a stranger nothing either.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{access::cookie::image_permitted, gallery::GalleryState, id::GalleryId};
use http_edge::{Answer, Refusal, VisitorSession};
use serde::Deserialize;

use super::routes::Host;

/// The name changes with the bytes, so a browser may keep them; private, because they are.
const CACHE: HeaderValue = HeaderValue::from_static("private, max-age=604800, immutable");

#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    t: String,
}

pub(super) async fn get(
    State(host): State<Host>,
    VisitorSession(claims): VisitorSession,
    Path((gallery, name)): Path<(String, String)>,
    Query(token): Query<Token>,
    headers: HeaderMap,
) -> Answer<Response> {
    let ports = &host.ports;
    let key = format!("img/{gallery}/{name}");
    let gallery: GalleryId = gallery.parse().map_err(|_| Refusal::not_found("picture"))?;
    if !image_permitted(&claims, &ports.secrets.cookie, &key, &token.t) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "not_your_picture",
            "This address of a picture does not belong to your visit.",
        )
        .hint("Open the gallery with your access code."));
    }
    let found = ports.galleries.gallery(gallery).await?.ok_or_else(|| Refusal::not_found("picture"))?;
    if found.state_at(ports.clock.now()) != GalleryState::Open {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "gallery_closed", "This gallery is closed.")
            .hint("Ask your photographer to open it again."));
    }
    let info = ports.blobs.head(&key).await?.ok_or_else(|| Refusal::not_found("picture"))?;
    let etag = info.sha256.map(|sha| format!("\"{}\"", sha.hex())).unwrap_or_default();
    let mut answer = if !etag.is_empty() && known(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let bytes = ports.blobs.get(&key).await?.ok_or_else(|| Refusal::not_found("picture"))?;
        bytes.into_response()
    };
    let out = answer.headers_mut();
    out.insert(header::CACHE_CONTROL, CACHE);
    let text = |text: &str| {
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
    };
    out.insert(header::CONTENT_TYPE, text(&info.content_type));
    if !etag.is_empty() {
        out.insert(header::ETAG, text(&etag));
    }
    Ok(answer)
}

/// Whether the browser holds these bytes (RFC 9110, section 13.1.2: weak comparison).
pub(super) fn known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|held| held.trim().trim_start_matches("W/") == etag)
}
