//! Who may talk to the desk: this computer's browser that was opened with the secret link, from its own page.
//!
//! Other programs' pages in the same browser can send requests to 127.0.0.1. They are refused by name (the
//! Host must be ours, so that a foreign name which resolves here does not help), by cookie (SameSite=Strict)
//! and by origin (whatever changes something must come from this page).

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use super::Desk;

pub struct Guard {
    hosts: [String; 2],
    secret: String,
    session: String,
    cookie: String,
}

fn random() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).context("the operating system gave no randomness")?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Compares without telling by its duration where texts differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}

impl Guard {
    pub fn new(address: SocketAddr) -> Result<Self> {
        let port = address.port();
        Ok(Self {
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            secret: random()?,
            session: random()?,
            // Cookies are shared between ports: another desk's must not be overwritten.
            cookie: format!("darkslide_lab_desk_{port}"),
        })
    }

    pub fn link(&self) -> String {
        format!("http://{}/open/{}", self.hosts[0], self.secret)
    }

    fn named_right(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
        self.hosts.iter().any(|h| h == host)
    }

    fn is_open(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|c| c.to_str().ok());
        let mut pairs = cookies.flat_map(|c| c.split(';')).filter_map(|p| p.trim().split_once('='));
        pairs.any(|(name, value)| name == self.cookie && same(value, &self.session))
    }

    /// A browser says where a form comes from; one that says nothing is refused.
    fn comes_from_here(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        match text("origin") {
            Some(origin) => self.hosts.iter().any(|h| format!("http://{h}") == origin),
            None => text("sec-fetch-site") == Some("same-origin"),
        }
    }
}

pub async fn check(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let (guard, headers) = (&desk.guard, request.headers());
    let opening = request.uri().path().starts_with("/open/");
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if !guard.named_right(headers) {
        refuse("this page answers to its own address only")
    } else if changes && !guard.comes_from_here(headers) {
        refuse("this did not come from the desk's own page")
    } else if !opening && !guard.is_open(headers) {
        refuse("open the desk with the link that `darkslide-lab desk` prints; it changes with each start")
    } else {
        next.run(request).await
    };
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refuse(why: &'static str) -> Response {
    (StatusCode::FORBIDDEN, format!("{why}\n")).into_response()
}

/// The secret link: it becomes a cookie, so that the secret leaves the address bar.
pub async fn open(State(desk): State<Arc<Desk>>, Path(secret): Path<String>) -> Response {
    let guard = &desk.guard;
    if !same(&secret, &guard.secret) {
        return refuse(
            "this link is of an earlier start; use the one that `darkslide-lab desk` printed last",
        );
    }
    let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", guard.cookie, guard.session);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}
