//! Enrolment tokens: wrong, used or expired, each said differently, because each is mended differently.

use axum::http::StatusCode;
use domain::Millis;
use http_edge::{Answer, Refusal};
use ports::{Ports, directory::EnrolmentToken};

use crate::problems::unauthorised;

const MAX_TOKEN_CHARACTERS: usize = 200;

/// The token as stored, used or not; refused when it is unknown.
pub async fn find_token(ports: &Ports, token: &str) -> Answer<EnrolmentToken> {
    let found = if token.len() > MAX_TOKEN_CHARACTERS {
        None
    } else {
        ports.directory.token(&ports.secrets.enrolment_hash(token)).await?
    };
    found.ok_or_else(|| {
        unauthorised("wrong_token", "This host does not know the token.")
            .hint("Copy the whole token as it was printed, without the quotes around it.")
    })
}

/// Refuses a token that has ended, unless `who` used it before: then this is a repeat.
pub fn check_expiry(token: &EnrolmentToken, who: Option<&str>, now: Millis) -> Answer<()> {
    let repeat = who.is_some() && token.used_by.as_deref() == who;
    if repeat || token.expires_at > now { Ok(()) } else { Err(expired()) }
}

/// Spends the token for `who`; the same one may repeat.
pub async fn take_token(ports: &Ports, text: &str, token: &EnrolmentToken, who: &str) -> Answer<()> {
    match token.used_by.as_deref() {
        Some(user) if user == who => return Ok(()),
        Some(_) => return Err(used()),
        None => check_expiry(token, Some(who), ports.clock.now())?,
    }
    match ports.directory.use_token(&ports.secrets.enrolment_hash(text), who, ports.clock.now()).await {
        Ok(_) => Ok(()),
        // Somebody was quicker, or it ended just now: look again to say which.
        Err(e) if e.is_conflict() => {
            let now = find_token(ports, text).await?;
            if now.used_by.as_deref().is_some_and(|user| user != who) { Err(used()) } else { Err(expired()) }
        }
        Err(e) => Err(e.into()),
    }
}

pub fn used() -> Refusal {
    Refusal::conflict("used_token", "This token was used already; each lets in one only.")
        .hint("Ask for a new one: the host's operator makes it, or `darkslide machine invite` on an enrolled machine.")
}

fn expired() -> Refusal {
    Refusal::new(StatusCode::GONE, "expired_token", "This token has expired.")
        .hint("Ask for a new one: the host's operator makes it, or `darkslide machine invite` on an enrolled machine.")
}
