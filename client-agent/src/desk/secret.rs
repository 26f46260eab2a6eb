//! What lets a browser in: a link that works once and soon, exchanged for a cookie of the same key.
//!
//! The key lies in the profile, readable by its owner only. So a second `darkslide desk` can make a link to the
//! page the daemon serves, and an open page goes on after the agent was started again.

use std::{collections::HashMap, sync::Mutex, sync::PoisonError};

use data_encoding::BASE32_NOPAD;
use domain::Millis;

use crate::clock;

const LINK_MILLIS: i64 = 10 * Millis::MINUTE;
const COOKIE_MILLIS: i64 = 7 * Millis::DAY;

#[derive(Clone, Copy)]
enum Purpose {
    Link,
    Cookie,
    Hello,
}

impl Purpose {
    fn text(self) -> &'static str {
        match self {
            Purpose::Link => "darkslide desk link v1",
            Purpose::Cookie => "darkslide desk cookie v1",
            Purpose::Hello => "darkslide desk hello v1",
        }
    }
}

#[derive(Clone, Copy)]
pub struct Secret(pub [u8; 32]);

impl Secret {
    pub fn new() -> Self {
        Self(clock::random())
    }

    pub fn link(&self, now: Millis) -> String {
        self.token(Purpose::Link, now.plus(LINK_MILLIS))
    }

    pub fn cookie(&self, now: Millis) -> String {
        self.token(Purpose::Cookie, now.plus(COOKIE_MILLIS))
    }

    pub fn is_cookie(&self, text: &str, now: Millis) -> bool {
        self.read(Purpose::Cookie, text, now).is_some()
    }

    /// Proves to another process of this profile that it speaks with the desk, and not with a stranger on its
    /// port.
    pub fn hello(&self, nonce: &str) -> String {
        self.mac(Purpose::Hello, nonce)
    }

    fn token(&self, purpose: Purpose, until: Millis) -> String {
        let nonce: [u8; 10] = clock::random();
        let body = format!("{}.{}", until.0, BASE32_NOPAD.encode(&nonce).to_ascii_lowercase());
        format!("{body}.{}", self.mac(purpose, &body))
    }

    /// Until when it holds, if it is one of ours and still does.
    fn read(&self, purpose: Purpose, text: &str, now: Millis) -> Option<i64> {
        let (body, mac) = text.rsplit_once('.')?;
        let given = blake3::Hash::from_hex(mac).ok()?;
        // Compared in constant time by blake3's Hash.
        if given != self.hash(purpose, body) {
            return None;
        }
        let until: i64 = body.split_once('.')?.0.parse().ok()?;
        (until > now.0).then_some(until)
    }

    fn mac(&self, purpose: Purpose, body: &str) -> String {
        self.hash(purpose, body).to_hex().to_string()
    }

    fn hash(&self, purpose: Purpose, body: &str) -> blake3::Hash {
        blake3::keyed_hash(&self.0, format!("{}\n{body}", purpose.text()).as_bytes())
    }
}

/// Links that were used, as long as they would hold.
#[derive(Default)]
pub struct UsedLinks(Mutex<HashMap<String, i64>>);

impl UsedLinks {
    /// Whether the link lets in: it is ours, still holds, and nobody came with it before.
    pub fn redeem(&self, secret: &Secret, link: &str, now: Millis) -> bool {
        let Some(until) = secret.read(Purpose::Link, link, now) else { return false };
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, until| *until > now.0);
        used.insert(link.to_owned(), until).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_and_soon_and_only_as_a_link() {
        let (secret, other, used) = (Secret([1; 32]), Secret([2; 32]), UsedLinks::default());
        let now = Millis(1_000_000);
        let link = secret.link(now);
        assert!(!secret.is_cookie(&link, now), "a link is no cookie");
        assert!(!used.redeem(&other, &link, now));
        assert!(!used.redeem(&secret, &link, now.plus(LINK_MILLIS)), "too late");
        assert!(used.redeem(&secret, &link, now));
        assert!(!used.redeem(&secret, &link, now), "twice");
        assert!(!used.redeem(&secret, &secret.cookie(now), now), "a cookie is no link");
        for nonsense in ["", ".", "1.2.3", "é.é.é"] {
            assert!(!used.redeem(&secret, nonsense, now));
        }
    }

    #[test]
    fn a_cookie_ends_and_cannot_be_lengthened() {
        let (secret, now) = (Secret([1; 32]), Millis(1_000_000));
        let cookie = secret.cookie(now);
        assert!(secret.is_cookie(&cookie, now.plus(COOKIE_MILLIS - 1)));
        assert!(!secret.is_cookie(&cookie, now.plus(COOKIE_MILLIS)));
        let longer = cookie.replacen(&now.plus(COOKIE_MILLIS).0.to_string(), "9999999999999", 1);
        assert!(!secret.is_cookie(&longer, now));
    }
}
