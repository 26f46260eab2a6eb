//! The customers' site, out of the binary. Every address that is not a file is the site's own to show, so
//! it gets the page (and the page says when there is nothing to show).

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use domain::hash::Sha256;
use http_edge::Refusal;

use super::{guard::takes_gzip, image::known};

pub struct SiteFile {
    name: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/site_files.rs"));

struct Served {
    file: &'static SiteFile,
    etag: String,
}

static BY_NAME: LazyLock<HashMap<&'static str, Served>> = LazyLock::new(|| {
    let served = |file: &'static SiteFile| Served {
        file,
        etag: format!("\"{}\"", &Sha256::of(file.plain).hex()[..32]),
    };
    FILES.iter().map(|file| (file.name, served(file))).collect()
});

pub(super) async fn get(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    // Unknown addresses of programs are said so in their own form.
    if ["/api/", "/img/", "/files/"].iter().any(|p| uri.path().starts_with(p)) {
        return Refusal::no_route().into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
            "This address does not take that method.",
        )
        .into_response();
    }
    let name = uri.path().trim_start_matches('/');
    let exact = BY_NAME.get(name);
    // A missing picture or script is missing; only pages are the site's to show.
    let looks_like_a_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if exact.is_none() && (looks_like_a_file || name.starts_with("assets/")) {
        return Refusal::not_found("file").into_response();
    }
    match exact.or_else(|| BY_NAME.get("index.html")) {
        Some(served) => answer(served, &headers),
        None => Refusal::not_found("page").into_response(),
    }
}

fn answer(served: &Served, headers: &HeaderMap) -> Response {
    let file = served.file;
    let gzip = file.gzip.filter(|_| takes_gzip(headers));
    let mut response = if known(headers, &served.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Bytes::from_static(gzip.unwrap_or(file.plain)).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file.name)));
    // Names in assets/ carry a hash of their content; everything else is asked for anew.
    let cache =
        if file.name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&served.etag) {
        out.insert(header::ETAG, etag);
    }
    if gzip.is_some() {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webp") => "image/webp",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
