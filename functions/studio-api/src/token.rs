//! Bearer tokens: claims and their HMAC, so that no session has to be stored or looked up.
//!
//! `<base64url of the claims>.<base64url of HMAC-SHA256>`. An hour, then the device signs for another one.

use data_encoding::BASE64URL_NOPAD;
use domain::{
    Millis,
    id::{LabId, MachineId, StudioId},
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

pub const LIFETIME: i64 = Millis::HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bearer {
    Machine { machine: MachineId, studio: StudioId },
    Lab(LabId),
}

#[derive(Serialize, Deserialize)]
struct Claims {
    who: Bearer,
    exp: i64,
}

#[derive(Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Not made by this host, or changed.
    Foreign,
    Expired,
}

pub fn issue(secret: &[u8], who: Bearer, now: Millis) -> (String, Millis) {
    let exp = now.plus(LIFETIME);
    let claims = serde_json::to_vec(&Claims { who, exp: exp.0 }).unwrap_or_default();
    let text = BASE64URL_NOPAD.encode(&claims);
    let tag = BASE64URL_NOPAD.encode(&tag(secret, &text));
    (format!("{text}.{tag}"), exp)
}

pub fn read(secret: &[u8], token: &str, now: Millis) -> Result<Bearer, TokenError> {
    let (text, given) = token.split_once('.').ok_or(TokenError::Foreign)?;
    let given = BASE64URL_NOPAD.decode(given.as_bytes()).map_err(|_| TokenError::Foreign)?;
    if !bool::from(tag(secret, text).as_slice().ct_eq(&given)) {
        return Err(TokenError::Foreign);
    }
    let claims = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| TokenError::Foreign)?;
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| TokenError::Foreign)?;
    if claims.exp <= now.0 { Err(TokenError::Expired) } else { Ok(claims.who) }
}

fn tag(secret: &[u8], text: &str) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "RFC 2104 takes keys of any length")]
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).expect("any key length");
    mac.update(b"darkslide session\n");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_an_hour_and_for_nobody_else() {
        let who = Bearer::Lab(LabId::from_bytes([1; 16]));
        let (token, expires_at) = issue(b"k", who, Millis(5));
        assert_eq!(read(b"k", &token, Millis(6)), Ok(who));
        assert_eq!(read(b"k", &token, expires_at), Err(TokenError::Expired));
        assert_eq!(read(b"other", &token, Millis(6)), Err(TokenError::Foreign));
        let other = Bearer::Machine {
            machine: MachineId::from_bytes([1; 16]),
            studio: StudioId::from_bytes([2; 16]),
        };
        let (foreign, _) = issue(b"other", other, Millis(5));
        let mixed = format!("{}.{}", foreign.split_once('.').unwrap().0, token.split_once('.').unwrap().1);
        assert_eq!(read(b"k", &mixed, Millis(6)), Err(TokenError::Foreign));
        for bad in ["", ".", "a.b", "é.ü", "x"] {
            assert_eq!(read(b"k", bad, Millis(6)), Err(TokenError::Foreign));
        }
    }
}
