//! Who may ask: only a browser on this computer that came by the secret link, and only from the desk's own page.
//!
//! A page from elsewhere can make a browser send requests here. It cannot forge `Host` (so a name that was
//! rebound to this computer is refused), nor `Origin`; and it never gets the cookie along (SameSite=Strict).

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{answer::refused, serve::Page};
use crate::clock;

const HEADERS: [(&str, &str); 9] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("x-robots-tag", "noindex"),
];

pub async fn guard(State(page): State<Arc<Page>>, request: Request, next: Next) -> Response {
    let mut response = match check(&page, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[expect(clippy::result_large_err, reason = "the error is the response that is sent")]
fn check(page: &Page, request: &Request) -> Result<(), Response> {
    let headers = request.headers();
    let host = text(headers, header::HOST.as_str());
    let port = page.address.port;
    if ![format!("127.0.0.1:{port}"), format!("localhost:{port}")].iter().any(|h| Some(h.as_str()) == host) {
        let what = "this is the desk of a photographer's agent, and not the address you asked for";
        return Err(
            refused(StatusCode::MISDIRECTED_REQUEST, what, "open it with `darkslide desk`").into_response()
        );
    }
    let foreign = || {
        let what = "the request came from another page";
        refused(StatusCode::FORBIDDEN, what, "use the desk's own page").into_response()
    };
    let own = format!("http://{}", host.unwrap_or_default());
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    match text(headers, header::ORIGIN.as_str()) {
        Some(origin) if origin != own => return Err(foreign()),
        None if changes => return Err(foreign()),
        _ => {}
    }
    let path = request.uri().path();
    if !path.starts_with("/api/") {
        return Ok(());
    }
    if text(headers, "sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(foreign());
    }
    let open = matches!(path, "/api/session" | "/api/hello");
    if open || cookie(headers, port).is_some_and(|c| page.address.secret.is_cookie(c, clock::now())) {
        return Ok(());
    }
    let what = "this browser is not at the desk";
    Err(refused(StatusCode::UNAUTHORIZED, what, "open the desk again with `darkslide desk`").into_response())
}

/// Cookies are shared by every port of a computer, so the name carries ours.
pub fn cookie_name(port: u16) -> String {
    format!("darkslide_desk_{port}")
}

fn cookie(headers: &HeaderMap, port: u16) -> Option<&str> {
    let name = cookie_name(port);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|v| v.to_str().unwrap_or("?"))
}
