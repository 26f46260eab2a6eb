//! GET /img/<gallery>/<name>?t=<token>: a thumbnail or proof, for the visitor whose session the address was
//! made for. Permission comes before everything, so a 304 tells a stranger nothing either.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{access::cookie::image_permitted, hash::Sha256, id::GalleryId};
use embedded::Picture;
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
    let asked = headers.contains_key(header::IF_NONE_MATCH).then_some(headers);
    let held = move |sha256: &Sha256| asked.is_some_and(|headers| known(&headers, &etag(sha256)));
    let (info, bytes) = match host.store.picture(gallery, &key, held).await? {
        Picture::There { info, bytes } => (info, bytes),
        Picture::Missing => return Err(Refusal::not_found("picture")),
        Picture::GalleryClosed => {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "gallery_closed", "This gallery is closed.")
                .hint("Ask your photographer to open it again."));
        }
    };
    let mut answer = match bytes {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_MODIFIED.into_response(),
    };
    let out = answer.headers_mut();
    out.insert(header::CACHE_CONTROL, CACHE);
    let text = |text: &str| {
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
    };
    out.insert(header::CONTENT_TYPE, text(&info.content_type));
    if let Some(sha256) = &info.sha256 {
        out.insert(header::ETAG, text(&etag(sha256)));
    }
    Ok(answer)
}

fn etag(sha256: &Sha256) -> String {
    format!("\"{}\"", sha256.hex())
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
