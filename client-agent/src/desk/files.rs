//! The page itself, out of the binary.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

pub struct DeskFile {
    name: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/desk_files.rs"));

pub async fn get(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().trim_start_matches('/');
    let page = |file: &&DeskFile| file.name == "index.html";
    let exact = FILES.iter().find(|file| file.name == name);
    // Addresses of screens are the page's own to show; a missing script or picture is missing.
    let screen = !name.contains('.') && !name.starts_with("api/");
    match exact.or_else(|| FILES.iter().find(page).filter(|_| screen)) {
        Some(file) if matches!(method, Method::GET | Method::HEAD) => answer(file, &headers),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(file: &'static DeskFile, headers: &HeaderMap) -> Response {
    let takes_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("gzip"));
    let gzip = file.gzip.filter(|_| takes_gzip);
    let mut response = Bytes::from_static(gzip.unwrap_or(file.plain)).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file.name)));
    if gzip.is_some() {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
