//! The link that takes a visitor to another device: her identity and one gallery, signed.
//!
//! While it is young it opens the gallery by the codes she opened it with (so within their scope, and only
//! while they hold). Later it opens nothing, but still says whose favourites and cart these are, so that
//! they come back together with the access code. It travels in a fragment: no server sees it in an address.

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use super::cookie::CookieKey;
use crate::{
    Millis,
    id::{CodeId, GalleryId, VisitorId},
    object_key::mac,
};

/// How long a link opens a gallery by itself.
pub const OPENS_SECONDS: i64 = 3_600;
/// How long it brings favourites and cart back to whoever has the code too.
pub const KNOWN_SECONDS: i64 = super::cookie::KEPT_SECONDS;
/// A link grows with each code; a QR code on a phone must stay readable.
pub const MAX_CODES: usize = 8;

const VERSION: u8 = 1;
const TAG: usize = 16;
const FIXED: usize = 1 + 4 + 16 + 16 + 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLink {
    pub visitor: VisitorId,
    pub gallery: GalleryId,
    /// What it was opened with; what they open now is asked when the link is used.
    pub codes: Vec<CodeId>,
    pub made_at: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("the link is incomplete or not one of this host's")]
    Unknown,
    #[error("the link is too old to be known")]
    Over,
}

/// What a link is still good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    Opens(DeviceLink),
    /// Only together with an access code.
    Knows(DeviceLink),
}

/// Version, key generation, visitor, gallery, time, codes and tag, in base64 for addresses (RFC 4648, 5).
pub fn seal(link: &DeviceLink, key: &CookieKey) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend(key.generation.to_be_bytes());
    bytes.extend(link.visitor.as_bytes());
    bytes.extend(link.gallery.as_bytes());
    bytes.extend(link.made_at.0.to_be_bytes());
    for code in link.codes.iter().take(MAX_CODES) {
        bytes.extend(code.as_bytes());
    }
    let tag = tag(key, &bytes);
    bytes.extend(tag);
    BASE64URL_NOPAD.encode(&bytes)
}

pub fn open(text: &str, keys: &[CookieKey], now: Millis) -> Result<Worth, LinkError> {
    let link = read(text, keys)?;
    let age = now.0.saturating_sub(link.made_at.0) / 1_000;
    match age {
        age if age < OPENS_SECONDS => Ok(Worth::Opens(link)),
        age if age < KNOWN_SECONDS => Ok(Worth::Knows(link)),
        _ => Err(LinkError::Over),
    }
}

fn read(text: &str, keys: &[CookieKey]) -> Result<DeviceLink, LinkError> {
    let bytes = BASE64URL_NOPAD.decode(text.trim().as_bytes()).map_err(|_| LinkError::Unknown)?;
    let body = bytes.len().checked_sub(TAG).ok_or(LinkError::Unknown)?;
    let (body, given) = bytes.split_at(body);
    if body.len() < FIXED || body[0] != VERSION {
        return Err(LinkError::Unknown);
    }
    let (fixed, codes) = body.split_at(FIXED);
    let generation = u32::from_be_bytes(part(fixed, 1)?);
    let key = keys.iter().find(|k| k.generation == generation).ok_or(LinkError::Unknown)?;
    if !bool::from(tag(key, body).ct_eq(given)) {
        return Err(LinkError::Unknown);
    }
    let (codes, rest) = codes.as_chunks::<16>();
    if !rest.is_empty() || codes.len() > MAX_CODES {
        return Err(LinkError::Unknown);
    }
    Ok(DeviceLink {
        visitor: VisitorId::from_bytes(part(fixed, 5)?),
        gallery: GalleryId::from_bytes(part(fixed, 21)?),
        made_at: Millis(i64::from_be_bytes(part(fixed, 37)?)),
        codes: codes.iter().map(|c| CodeId::from_bytes(*c)).collect(),
    })
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], LinkError> {
    bytes.get(at..at + N).and_then(|b| b.try_into().ok()).ok_or(LinkError::Unknown)
}

/// Bound to this purpose: no cookie and no image token is a link, and the other way round.
fn tag(key: &CookieKey, body: &[u8]) -> [u8; TAG] {
    let whole = mac(&key.secret, &[b"device link", body]);
    let mut tag = [0; TAG];
    tag.copy_from_slice(&whole[..TAG]);
    tag
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(generation: u32, secret: &[u8]) -> CookieKey {
        CookieKey { generation, secret: secret.to_vec() }
    }

    fn link(codes: usize) -> DeviceLink {
        DeviceLink {
            visitor: VisitorId::from_bytes([1; 16]),
            gallery: GalleryId::from_bytes([2; 16]),
            codes: (0..codes).map(|n| CodeId::from_bytes([n as u8; 16])).collect(),
            made_at: Millis(1_000_000),
        }
    }

    #[test]
    fn a_young_link_opens_and_an_old_one_only_knows() {
        let keys = [key(2, b"new"), key(1, b"old")];
        for n in 0..=MAX_CODES {
            for key in &keys {
                let text = seal(&link(n), key);
                assert_eq!(open(&text, &keys, Millis(1_000_000)), Ok(Worth::Opens(link(n))));
                let later = Millis(1_000_000 + OPENS_SECONDS * 1_000);
                assert_eq!(open(&text, &keys, later), Ok(Worth::Knows(link(n))));
                let over = Millis(1_000_000 + KNOWN_SECONDS * 1_000);
                assert_eq!(open(&text, &keys, over), Err(LinkError::Over));
            }
        }
        assert!(seal(&link(1), &keys[0]).len() < 110, "a QR code of it stays coarse");
    }

    #[test]
    fn a_cookie_is_no_link() {
        use crate::access::cookie::{Claims, sign};
        let claims = Claims { visitor: VisitorId::from_bytes([1; 16]), grants: vec![], exp: i64::MAX };
        let keys = [key(2, b"new")];
        assert_eq!(open(&sign(&claims, &keys[0]), &keys, Millis(0)), Err(LinkError::Unknown));
    }

    proptest! {
        #[test]
        fn a_changed_link_is_unknown(at in 0usize..110, bit in 0u8..8, text in ".{0,200}") {
            let keys = [key(2, b"new")];
            let mut bytes = BASE64URL_NOPAD.decode(seal(&link(2), &keys[0]).as_bytes()).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let changed = BASE64URL_NOPAD.encode(&bytes);
            prop_assert_eq!(open(&changed, &keys, Millis(1_000_000)), Err(LinkError::Unknown));
            let _ = open(&text, &keys, Millis(0));
        }
    }
}
