//! The gallery cookie: a compact HS256 JWT (RFC 7519) naming galleries, scopes and expiry, and the image
//! tokens bound to it. The edge function of the AWS host checks the same bytes in JavaScript.
//!
//! An image address carries a token over (visitor, gallery, scope, key): so an address copied out of a
//! wider session opens nothing in a narrower one, and the edge needs no database to know that.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::{Grant, Scope};
use crate::{
    Millis,
    id::{GalleryId, VisitorId},
};

/// `__Host-` cookies need HTTPS (or localhost in browsers): the plain name serves a host on plain HTTP.
pub const COOKIE_SECURE: &str = "__Host-darkslide";
pub const COOKIE_PLAIN: &str = "darkslide";
/// A cookie opens galleries at most this long and is renewed.
pub const LIFETIME_SECONDS: i64 = 3_600;
/// A browser keeps it longer: an expired one opens nothing, but says whose favourites and cart these are.
pub const KEPT_SECONDS: i64 = 180 * 24 * 3_600;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    #[serde(rename = "v")]
    pub visitor: VisitorId,
    #[serde(rename = "gs")]
    pub grants: Vec<Grant>,
    /// Seconds since 1970.
    pub exp: i64,
}

impl Claims {
    pub fn scope_of(&self, gallery: GalleryId) -> Option<&Scope> {
        self.grants.iter().find(|g| g.gallery == gallery).map(|g| &g.scope)
    }

    /// Adds a gallery, or widens the scope held in it.
    pub fn with(mut self, grant: Grant) -> Self {
        match self.grants.iter_mut().find(|g| g.gallery == grant.gallery) {
            Some(held) => {
                held.scope = held.scope.clone().union(grant.scope);
                held.codes.extend(grant.codes);
            }
            None => self.grants.push(grant),
        }
        self
    }
}

/// One generation of the signing key. Two are accepted at a time; the newest signs.
#[derive(Clone)]
pub struct CookieKey {
    pub generation: u32,
    pub secret: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    #[error("the cookie is not one of this host's")]
    Malformed,
    #[error("the cookie was signed with a key that is no longer accepted")]
    UnknownKey,
    #[error("the cookie's signature is wrong")]
    BadSignature,
    #[error("the cookie has expired")]
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

fn begin(secret: &[u8], message: &[u8]) -> Hmac<sha2::Sha256> {
    #[expect(clippy::expect_used, reason = "RFC 2104 takes keys of any length")]
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).expect("any key length");
    mac.update(message);
    mac
}

fn hs256(secret: &[u8], message: &[u8]) -> [u8; 32] {
    begin(secret, message).finalize().into_bytes().into()
}

pub fn sign(claims: &Claims, key: &CookieKey) -> String {
    let header = format!(r#"{{"alg":"HS256","kid":"{}"}}"#, key.generation);
    let payload = serde_json::to_vec(claims).unwrap_or_default();
    let message =
        format!("{}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(&payload));
    let signature = hs256(&key.secret, message.as_bytes());
    format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
}

pub fn verify(token: &str, keys: &[CookieKey], now: Millis) -> Result<Claims, CookieError> {
    let claims = verify_origin(token, keys)?;
    if claims.exp.saturating_mul(1000) <= now.0 { Err(CookieError::Expired) } else { Ok(claims) }
}

/// The claims of a cookie this host signed, whether or not it has expired. Good for one thing only: knowing
/// a returning visitor, so that her favourites and cart are still hers when she enters her code again.
pub fn verify_origin(token: &str, keys: &[CookieKey]) -> Result<Claims, CookieError> {
    let (message, signature) = token.rsplit_once('.').ok_or(CookieError::Malformed)?;
    let (header, payload) = message.split_once('.').ok_or(CookieError::Malformed)?;
    let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| CookieError::Malformed);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| CookieError::Malformed)?;
    if header.alg != "HS256" {
        return Err(CookieError::Malformed);
    }
    let key = keys.iter().find(|k| k.generation.to_string() == header.kid).ok_or(CookieError::UnknownKey)?;
    let expected = hs256(&key.secret, message.as_bytes());
    if !bool::from(expected.as_slice().ct_eq(&decode(signature)?)) {
        return Err(CookieError::BadSignature);
    }
    serde_json::from_slice(&decode(payload)?).map_err(|_| CookieError::Malformed)
}

/// The `t` parameter of an image address; `key` is the object key without query.
pub fn image_token(
    key: &CookieKey,
    visitor: VisitorId,
    gallery: GalleryId,
    scope: &Scope,
    object: &str,
) -> String {
    ImageTokens::new(key, visitor, gallery, scope).token(object)
}

/// The tokens of one visitor in one gallery: what is the same in all of them is hashed once.
pub struct ImageTokens {
    generation: String,
    begun: Hmac<sha2::Sha256>,
}

impl ImageTokens {
    pub fn new(key: &CookieKey, visitor: VisitorId, gallery: GalleryId, scope: &Scope) -> Self {
        let shared = format!("image\n{visitor}\n{gallery}\n{}\n", scope.fingerprint());
        Self { generation: format!("{}.", key.generation), begun: begin(&key.secret, shared.as_bytes()) }
    }

    pub fn token(&self, object: &str) -> String {
        let mut mac = self.begun.clone();
        mac.update(object.as_bytes());
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        let mut token = self.generation.clone();
        BASE64URL_NOPAD.encode_append(&tag[..16], &mut token);
        token
    }
}

/// Whether this visitor may fetch this object: gallery in the cookie, and the token made for that scope.
pub fn image_permitted(claims: &Claims, keys: &[CookieKey], object: &str, token: &str) -> bool {
    let gallery = object.strip_prefix("img/").and_then(|r| r.split('/').next()).and_then(|g| g.parse().ok());
    let Some(gallery) = gallery else { return false };
    let Some(scope) = claims.scope_of(gallery) else { return false };
    let generation = token.split_once('.').map(|(g, _)| g);
    let Some(key) = keys.iter().find(|k| Some(k.generation.to_string().as_str()) == generation) else {
        return false;
    };
    let expected = image_token(key, claims.visitor, gallery, scope, object);
    bool::from(expected.as_bytes().ct_eq(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::SubjectId;

    fn keys() -> Vec<CookieKey> {
        vec![
            CookieKey { generation: 2, secret: b"new".to_vec() },
            CookieKey { generation: 1, secret: b"old".to_vec() },
        ]
    }

    fn claims(scope: Scope) -> Claims {
        let gallery = GalleryId::from_bytes([1; 16]);
        Claims {
            visitor: VisitorId::from_bytes([9; 16]),
            grants: vec![Grant { gallery, scope, codes: Default::default() }],
            exp: 1_000,
        }
    }

    #[test]
    fn two_generations_are_accepted_and_nothing_else() {
        let c = claims(Scope::All);
        for key in keys() {
            assert_eq!(verify(&sign(&c, &key), &keys(), Millis(0)), Ok(c.clone()));
        }
        let foreign = CookieKey { generation: 2, secret: b"x".to_vec() };
        assert_eq!(verify(&sign(&c, &foreign), &keys(), Millis(0)), Err(CookieError::BadSignature));
        let retired = CookieKey { generation: 7, secret: b"x".to_vec() };
        assert_eq!(verify(&sign(&c, &retired), &keys(), Millis(0)), Err(CookieError::UnknownKey));
        assert_eq!(verify(&sign(&c, &keys()[0]), &keys(), Millis(1_000_000)), Err(CookieError::Expired));
        assert_eq!(verify("x.y", &keys(), Millis(0)), Err(CookieError::Malformed));
    }

    #[test]
    fn an_image_address_of_a_wider_session_opens_nothing_in_a_narrower_one() {
        let all = claims(Scope::All);
        let child = claims(Scope::Subjects([SubjectId::from_bytes([3; 16])].into()));
        let gallery = GalleryId::from_bytes([1; 16]);
        let object = format!("img/{gallery}/abc");
        let token = image_token(&keys()[0], all.visitor, gallery, &Scope::All, &object);
        assert!(image_permitted(&all, &keys(), &object, &token));
        assert!(!image_permitted(&child, &keys(), &object, &token));
        assert!(!image_permitted(&all, &keys(), &format!("img/{gallery}/abd"), &token));
        assert!(!image_permitted(&all, &keys(), "img/zzz/abc", &token));
    }

    #[test]
    fn scopes_of_siblings_add_up() {
        let (a, b) = (SubjectId::from_bytes([3; 16]), SubjectId::from_bytes([4; 16]));
        let gallery = GalleryId::from_bytes([1; 16]);
        let both = claims(Scope::Subjects([a].into())).with(Grant {
            gallery,
            scope: Scope::Subjects([b].into()),
            codes: Default::default(),
        });
        assert_eq!(both.scope_of(gallery), Some(&Scope::Subjects([a, b].into())));
        assert!(!Scope::Subjects([a].into()).permits(&[b]));
    }
}
