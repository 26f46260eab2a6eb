//! Tenants and the trust between them: studios, their machines, labs, and pairings.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    id::{LabId, MachineId, StudioId},
};

/// An Ed25519 public key (RFC 8032), 32 bytes, base64 in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(pub [u8; 32]);

/// An Ed25519 signature, 64 bytes, base64 in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature(pub [u8; 64]);

macro_rules! base64_bytes {
    ($name:ident, $len:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&data_encoding::BASE64URL_NOPAD.encode(&self.0))
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                data_encoding::BASE64URL_NOPAD
                    .decode(text.as_bytes())
                    .ok()
                    .and_then(|b| <[u8; $len]>::try_from(b).ok())
                    .map(Self)
                    .ok_or_else(|| format!("expected {} bytes in base64url", $len))
            }
        }
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
base64_bytes!(PublicKey, 32);
base64_bytes!(Signature, 64);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Studio {
    pub id: StudioId,
    pub name: String,
    pub suspended: bool,
    /// Set by the first machine that enrols; never changes afterwards.
    pub key: Option<PublicKey>,
    pub created_at: Millis,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    pub id: MachineId,
    pub studio: StudioId,
    pub name: String,
    pub device_key: PublicKey,
    /// The studio key's signature over [`machine_certificate_text`].
    pub certificate: Signature,
    pub enrolled_at: Millis,
    pub last_seen_at: Millis,
}

/// What the studio key signs to certify a machine.
pub fn machine_certificate_text(studio: StudioId, machine: MachineId, device_key: &PublicKey) -> String {
    format!("darkslide machine certificate v1\n{studio}\n{machine}\n{device_key}\n")
}

/// What a device signs to open a session at the host.
pub fn session_text(subject: &str, host: &str, at: Millis, nonce: &str) -> String {
    format!("darkslide session v1\n{subject}\n{host}\n{}\n{nonce}\n", at.0)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lab {
    pub id: LabId,
    pub name: String,
    pub key: Option<PublicKey>,
    pub created_at: Millis,
    pub last_seen_at: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairingState {
    Asked,
    Accepted,
    Refused,
}

/// A studio asked a lab to work for it. The proof shows that the studio knows the lab's pairing code,
/// so a host in between can neither invent a studio nor put another key in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    pub studio: StudioId,
    pub studio_name: String,
    pub studio_key: PublicKey,
    pub lab: LabId,
    /// HMAC-SHA256 of the studio's id and key under the pairing code's secret, hexadecimal.
    pub proof: String,
    pub state: PairingState,
    pub asked_at: Millis,
}

/// What the pairing proof is computed over.
pub fn pairing_proof(secret: &[u8], studio: StudioId, studio_key: &PublicKey, lab: LabId) -> String {
    let tag = crate::object_key::mac(secret, &[b"pairing", studio.as_bytes(), &studio_key.0, lab.as_bytes()]);
    data_encoding::HEXLOWER.encode(&tag)
}

/// Whom an enrolment token lets in. Tokens are stored by their hash and used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enrolment {
    Machine(StudioId),
    Lab(LabId),
}
