//! The studio's signing key on its way to a second machine, sealed so that the host in between only carries it.
//!
//! What people copy is `<token>.<second part>`. The host sees the token; the second part never leaves the
//! two machines, and the key is sealed under it with XChaCha20-Poly1305 (nonce first, base64). The studio's
//! id is bound in as associated data. The labs that the first machine checked by their codes come along, so
//! that the new machine need not believe the host about their keys.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::BASE64;
use domain::id::StudioId;
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};

use crate::{clock, labs::pinned::PinnedLab};

const CONTEXT: &str = "darkslide 2026 invitation of a machine: studio key";
const NONCE_BYTES: usize = 24;
/// 130 bits of Crockford's base32.
const SECRET_CHARACTERS: usize = 26;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    #[error("the second part of the invitation does not open the studio's key")]
    DoesNotOpen,
    #[error("the studio's key could not be sealed")]
    NotSealed,
    #[error("the sealed studio key has an unknown form: {0}")]
    Shape(String),
}

/// What people type or paste: an enrolment token, with the second part if it invites to an existing studio.
pub struct TypedToken {
    pub token: String,
    pub secret: Option<String>,
}

impl TypedToken {
    /// Forgives spaces and line breaks that mail programs add.
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        match text.rsplit_once('.') {
            Some((token, secret)) => {
                Self { token: token.to_owned(), secret: Some(secret.to_ascii_uppercase()) }
            }
            None => Self { token: text, secret: None },
        }
    }
}

pub struct Unsealed {
    pub studio_key: SigningKey,
    pub labs: Vec<PinnedLab>,
}

#[derive(Serialize, Deserialize)]
struct Contents {
    #[serde(with = "wire::base64")]
    studio_key: Vec<u8>,
    #[serde(default)]
    labs: Vec<PinnedLab>,
}

pub fn new_secret() -> String {
    let bytes: [u8; SECRET_CHARACTERS] = clock::random();
    bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect()
}

pub fn seal(
    secret: &str,
    studio: StudioId,
    key: &SigningKey,
    labs: Vec<PinnedLab>,
) -> Result<String, InvitationError> {
    let contents = Contents { studio_key: key.to_bytes().to_vec(), labs };
    let plain = serde_json::to_vec(&contents).map_err(|_| InvitationError::NotSealed)?;
    let nonce: [u8; NONCE_BYTES] = clock::random();
    let sealed = cipher(secret)
        .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: studio.as_bytes() })
        .map_err(|_| InvitationError::NotSealed)?;
    Ok(BASE64.encode(&[nonce.as_slice(), &sealed].concat()))
}

pub fn unseal(secret: &str, studio: StudioId, sealed: &str) -> Result<Unsealed, InvitationError> {
    let bytes = BASE64.decode(sealed.as_bytes()).map_err(|e| InvitationError::Shape(e.to_string()))?;
    let (nonce, sealed) = bytes
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(|| InvitationError::Shape("it is too short".into()))?;
    let plain = cipher(secret)
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: studio.as_bytes() })
        .map_err(|_| InvitationError::DoesNotOpen)?;
    let contents: Contents =
        serde_json::from_slice(&plain).map_err(|e| InvitationError::Shape(e.to_string()))?;
    let key: [u8; 32] = contents
        .studio_key
        .try_into()
        .map_err(|_| InvitationError::Shape("the key is not 32 bytes long".into()))?;
    Ok(Unsealed { studio_key: SigningKey::from_bytes(&key), labs: contents.labs })
}

/// The secret has the full strength of the key already, so a fast derivation is enough.
fn cipher(secret: &str) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&blake3::derive_key(CONTEXT, secret.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUDIO: StudioId = StudioId::from_bytes([4; 16]);

    #[test]
    fn only_the_second_part_opens_it_and_only_for_this_studio() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let secret = new_secret();
        assert_eq!(secret.len(), SECRET_CHARACTERS);
        let sealed = seal(&secret, STUDIO, &key, Vec::new()).unwrap();
        assert_eq!(unseal(&secret, STUDIO, &sealed).unwrap().studio_key.to_bytes(), key.to_bytes());
        let other = StudioId::from_bytes([5; 16]);
        assert!(matches!(unseal(&secret, other, &sealed), Err(InvitationError::DoesNotOpen)));
        let wrong = new_secret();
        assert!(matches!(unseal(&wrong, STUDIO, &sealed), Err(InvitationError::DoesNotOpen)));
        assert!(matches!(unseal(&secret, STUDIO, "AAAA"), Err(InvitationError::Shape(_))));
    }

    #[test]
    fn a_pasted_invitation_survives_its_mail_program() {
        let typed = TypedToken::parse(" abc\n def.0123 \r\nxyz ");
        assert_eq!((typed.token.as_str(), typed.secret.as_deref()), ("abcdef", Some("0123XYZ")));
        assert!(TypedToken::parse("abc").secret.is_none());
    }
}
