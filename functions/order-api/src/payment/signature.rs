//! The header `Stripe-Signature`: `t=<seconds>,v1=<hex>[,v1=<hex>…]`, HMAC-SHA256 of `<t>.<body>`.
//!
//! A message is believed for five minutes from the time it was signed at, so that a recorded one is of no use
//! later; and only as a whole, compared in constant time.

use domain::Millis;
use hmac::{Hmac, KeyInit, Mac};

const TOLERANCE: i64 = 5 * Millis::MINUTE;
/// While a secret is rolled over there are two; more signatures are somebody's attempt.
const MAX_SIGNATURES: usize = 8;

pub fn check(secret: &str, header: &str, body: &[u8], now: Millis) -> Result<(), &'static str> {
    let mut at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", seconds)) if at.is_none() => {
                at = Some(seconds.parse::<i64>().map_err(|_| "its time cannot be read")?);
            }
            Some(("v1", hex)) if signatures.len() < MAX_SIGNATURES => signatures.push(hex),
            _ => {}
        }
    }
    let at = at.ok_or("it says no time")?;
    let mut mac =
        Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| "the secret cannot be used")?;
    mac.update(at.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let genuine = |hex: &&str| {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
        // `verify_slice` compares in constant time.
        bytes.is_ok_and(|bytes| mac.clone().verify_slice(&bytes).is_ok())
    };
    if secret.is_empty() || !signatures.iter().any(genuine) {
        return Err("the signature is not of this studio's webhook secret");
    }
    let age = now.0.saturating_sub(at.saturating_mul(1_000));
    if age.abs() > TOLERANCE { Err("it was signed too long ago, or later than now") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"{\"id\":\"evt_1\"}";
    const AT: i64 = 1_750_000_000_000;

    fn header() -> String {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"whsec_test").unwrap();
        mac.update(b"1750000000.{\"id\":\"evt_1\"}");
        format!("t=1750000000,v1={}", data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    #[test]
    fn only_the_whole_message_within_its_time_is_believed() {
        let header = header();
        let at = |now| check("whsec_test", &header, BODY, Millis(now));
        assert_eq!(at(AT), Ok(()));
        assert_eq!(at(AT + TOLERANCE), Ok(()));
        assert!(at(AT + TOLERANCE + 1).is_err(), "a replay");
        assert!(at(AT - TOLERANCE - 1).is_err(), "from the future");
        assert!(check("whsec_other", &header, BODY, Millis(AT)).is_err());
        assert!(check("whsec_test", &header, b"{\"id\":\"evt_2\"}", Millis(AT)).is_err());
        assert!(
            check("whsec_test", &header.replace("t=1750000000", "t=1750000001"), BODY, Millis(AT)).is_err()
        );
        let rolled = format!("{},v1={}", header.replace("v1=", "v1=00"), &header[header.len() - 64..]);
        assert_eq!(check("whsec_test", &rolled, BODY, Millis(AT)), Ok(()), "one of two is enough");
        for broken in ["", "t=1750000000", "v1=00", "t=x,v1=00", "t=1750000000,v0=00", "t=1750000000,v1="] {
            assert!(check("whsec_test", broken, BODY, Millis(AT)).is_err(), "{broken}");
        }
        assert!(check("", &header, BODY, Millis(AT)).is_err());
    }

    #[derive(serde::Deserialize)]
    struct Vector {
        secret: String,
        timestamp: i64,
        payload: String,
        header: String,
    }

    /// Made by the npm package `stripe` (tests/payment/vectors.mjs).
    #[test]
    fn what_stripes_own_library_signs_is_believed() {
        let text = include_str!("../../../../tests/payment/vectors.json");
        let vectors: Vec<Vector> = serde_json::from_str(text).unwrap();
        assert!(vectors.len() >= 4);
        for v in vectors {
            let now = Millis(v.timestamp * 1_000 + 1);
            assert_eq!(check(&v.secret, &v.header, v.payload.as_bytes(), now), Ok(()), "{}", v.header);
            assert!(check(&v.secret, &v.header, format!("{} ", v.payload).as_bytes(), now).is_err());
        }
    }
}
