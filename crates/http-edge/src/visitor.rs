//! The visitor behind a gallery cookie.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
};
use domain::{
    access::{
        Scope,
        cookie::{COOKIE_PLAIN, COOKIE_SECURE, Claims, KEPT_SECONDS, sign, verify, verify_origin},
    },
    id::{GalleryId, VisitorId},
};
use ports::{Ports, Secrets};

use crate::refusal::{Answer, Refusal};

/// A visitor with a valid cookie. Extracting it refuses with 401 `no_session` otherwise.
#[derive(Clone, Debug)]
pub struct VisitorSession(pub Claims);

impl VisitorSession {
    /// What the visitor may see of a gallery; a gallery she does not hold looks like one that is not there.
    pub fn scope(&self, gallery: GalleryId) -> Answer<&Scope> {
        self.0.scope_of(gallery).ok_or_else(|| Refusal::not_found("gallery"))
    }

    /// Who this browser was when it last held a gallery open, even if its cookie has expired since.
    pub fn visitor_before(headers: &HeaderMap, ports: &Ports) -> Option<VisitorId> {
        cookies(headers)
            .filter(|(name, _)| *name == name_of(&ports.secrets))
            .find_map(|(_, value)| verify_origin(value, &ports.secrets.cookie).ok())
            .map(|claims| claims.visitor)
    }

    /// The claims of a request's cookie, if it carries a valid one.
    pub fn from_headers(headers: &HeaderMap, ports: &Ports) -> Option<Claims> {
        let now = ports.clock.now();
        cookies(headers)
            .filter(|(name, _)| *name == name_of(&ports.secrets))
            .find_map(|(_, value)| verify(value, &ports.secrets.cookie, now).ok())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VisitorSession
where
    Ports: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let ports = Ports::from_ref(state);
        Self::from_headers(&parts.headers, &ports).map(Self).ok_or_else(|| {
            Refusal::new(StatusCode::UNAUTHORIZED, "no_session", "This browser has no gallery open.")
                .hint("Open the gallery with your access code.")
        })
    }
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

fn name_of(secrets: &Secrets) -> &'static str {
    if secrets.https { COOKIE_SECURE } else { COOKIE_PLAIN }
}

/// `Set-Cookie` for these claims, signed with the newest key.
pub fn set_cookie(claims: &Claims, ports: &Ports) -> Answer<HeaderValue> {
    let key = ports.secrets.cookie.first().ok_or_else(|| {
        tracing::error!("the host has no cookie key");
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "misconfigured",
            "This host is not set up completely.",
        )
    })?;
    cookie_header(&ports.secrets, &sign(claims, key), KEPT_SECONDS)
}

/// `Set-Cookie` that forgets the visitor.
pub fn clear_cookie(ports: &Ports) -> Answer<HeaderValue> {
    cookie_header(&ports.secrets, "", 0)
}

fn cookie_header(secrets: &Secrets, value: &str, max_age: i64) -> Answer<HeaderValue> {
    let secure = if secrets.https { "; Secure" } else { "" };
    let text =
        format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", name_of(secrets));
    HeaderValue::from_str(&text).map_err(|_| {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "misconfigured", "The session could not be written.")
    })
}
