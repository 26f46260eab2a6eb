//! Signed documents: the exact text travels with its Ed25519 signature (RFC 8032), so nothing has to be
//! written the same way twice to be verified.

use domain::studio::{PublicKey, Signature};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// JSON text, exactly as signed.
    pub text: String,
    pub key: PublicKey,
    pub signature: Signature,
}

#[derive(Debug, thiserror::Error)]
pub enum SignedError {
    #[error("it is signed with the key {found}, not with the expected {expected}")]
    OtherKey { found: PublicKey, expected: PublicKey },
    #[error("its signature does not fit its text: it was changed on the way")]
    BadSignature,
    #[error("it cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
}

impl Signed {
    pub fn sign<T: Serialize>(value: &T, key: &SigningKey) -> Result<Self, serde_json::Error> {
        let text = serde_json::to_string(value)?;
        let signature = sign_text(&text, key);
        Ok(Self { text, key: public_key(key), signature })
    }

    /// The content, if it was signed by `expected`.
    pub fn open<T: DeserializeOwned>(&self, expected: &PublicKey) -> Result<T, SignedError> {
        if self.key != *expected {
            return Err(SignedError::OtherKey { found: self.key, expected: *expected });
        }
        if !verify_text(&self.text, &self.signature, expected) {
            return Err(SignedError::BadSignature);
        }
        Ok(serde_json::from_str(&self.text)?)
    }

    /// The content without any check: for showing what an unverified document says.
    pub fn peek<T: DeserializeOwned>(&self) -> Result<T, SignedError> {
        Ok(serde_json::from_str(&self.text)?)
    }
}

pub fn public_key(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

pub fn sign_text(text: &str, key: &SigningKey) -> Signature {
    Signature(key.sign(text.as_bytes()).to_bytes())
}

/// Strict verification: small-order keys and non-canonical signatures are refused.
pub fn verify_text(text: &str, signature: &Signature, key: &PublicKey) -> bool {
    VerifyingKey::from_bytes(&key.0).is_ok_and(|key| {
        key.verify_strict(text.as_bytes(), &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_text_or_another_key_is_refused() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let signed = Signed::sign(&vec![1, 2, 3], &key).unwrap();
        assert_eq!(signed.open::<Vec<u8>>(&public_key(&key)).unwrap(), [1, 2, 3]);
        let other = public_key(&SigningKey::from_bytes(&[8; 32]));
        assert!(matches!(signed.open::<Vec<u8>>(&other), Err(SignedError::OtherKey { .. })));
        let changed = Signed { text: "[1,2,4]".into(), ..signed };
        assert!(matches!(changed.open::<Vec<u8>>(&public_key(&key)), Err(SignedError::BadSignature)));
    }
}
