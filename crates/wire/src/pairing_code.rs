//! The pairing code: what a lab hands to a studio in person, so that the host between them is not trusted.
//!
//! Text form: `<lab>.<key>.<secret>`, 60 characters: the 26 characters of the lab's id without its tag; 16 of
//! Crockford's base32 with the first 80 bits of SHA-256 over the lab's key, against which the studio checks
//! the key the host shows it; 16 with an 80-bit secret, with which the studio proves to the lab that it was
//! given this code (`domain::studio::pairing_proof`). The secret never reaches the host.

use std::{fmt, str::FromStr};

use domain::{hash::Sha256, id::LabId, studio::PublicKey};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BYTES: usize = 10;
const CHARACTERS: usize = 16;

#[derive(Clone, PartialEq, Eq)]
pub struct PairingCode {
    pub lab: LabId,
    fingerprint: [u8; BYTES],
    secret: [u8; BYTES],
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairingCodeError {
    #[error("a pairing code has three parts with points between them; this one has {0}")]
    Parts(usize),
    #[error("the first part of the pairing code is not a lab's id: copy all of its 26 characters")]
    Lab,
    #[error("the {part} part of the pairing code must have 16 letters and digits")]
    Part { part: &'static str },
}

impl PairingCode {
    /// The caller supplies the randomness.
    pub fn new(lab: LabId, lab_key: &PublicKey, secret: [u8; BYTES]) -> Self {
        Self { lab, fingerprint: fingerprint(lab_key), secret }
    }

    /// Whether the key that the host shows is the one the lab printed on the code.
    pub fn names_key(&self, lab_key: &PublicKey) -> bool {
        fingerprint(lab_key) == self.fingerprint
    }

    /// The key of `domain::studio::pairing_proof`.
    pub fn secret(&self) -> &[u8; BYTES] {
        &self.secret
    }
}

fn fingerprint(key: &PublicKey) -> [u8; BYTES] {
    let mut text = b"darkslide lab key v1\n".to_vec();
    text.extend_from_slice(&key.0);
    let mut out = [0; BYTES];
    out.copy_from_slice(&Sha256::of(&text).0[..BYTES]);
    out
}

fn write_part(bytes: &[u8; BYTES]) -> String {
    let bits = bytes.iter().fold(0u128, |all, b| all << 8 | u128::from(*b));
    (0..CHARACTERS).rev().map(|i| ALPHABET[((bits >> (5 * i)) & 31) as usize] as char).collect()
}

fn read_part(text: &str, part: &'static str) -> Result<[u8; BYTES], PairingCodeError> {
    let mut bits = 0u128;
    let mut count = 0;
    for c in text.chars() {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            'U' => 'V',
            c => c,
        };
        let value = ALPHABET.iter().position(|a| char::from(*a) == c);
        let value = value.ok_or(PairingCodeError::Part { part })?;
        count += 1;
        if count > CHARACTERS {
            break;
        }
        bits = bits << 5 | value as u128;
    }
    if count != CHARACTERS {
        return Err(PairingCodeError::Part { part });
    }
    let mut out = [0; BYTES];
    out.copy_from_slice(&bits.to_be_bytes()[16 - BYTES..]);
    Ok(out)
}

impl FromStr for PairingCode {
    type Err = PairingCodeError;

    /// Forgiving: any case, spaces, dashes and line breaks anywhere, O for 0, I and L for 1, U for V.
    fn from_str(text: &str) -> Result<Self, PairingCodeError> {
        let dense: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(200).collect();
        let parts: Vec<&str> = dense.split('.').collect();
        let [lab, key, secret] = parts[..] else { return Err(PairingCodeError::Parts(parts.len())) };
        let lab = lab.to_ascii_lowercase();
        let lab = lab.strip_prefix("lab_").unwrap_or(&lab);
        Ok(Self {
            lab: format!("lab_{lab}").parse().map_err(|_| PairingCodeError::Lab)?,
            fingerprint: read_part(key, "second")?,
            secret: read_part(secret, "third")?,
        })
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lab = self.lab.to_string();
        let lab = lab.strip_prefix("lab_").unwrap_or(&lab);
        write!(f, "{lab}.{}.{}", write_part(&self.fingerprint), write_part(&self.secret))
    }
}

/// The code is a secret: `{:?}` in a log must not show it.
impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PairingCode({}, …)", self.lab)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> PairingCode {
        PairingCode::new(
            LabId::from_bytes([200; 16]),
            &PublicKey([3; 32]),
            [0, 1, 2, 3, 4, 250, 251, 252, 253, 254],
        )
    }

    #[test]
    fn reads_back_what_it_wrote_however_it_was_typed() {
        let text = code().to_string();
        assert_eq!(text.len(), 60);
        assert_eq!(text.parse(), Ok(code()));
        assert_eq!(format!(" {}\n", text.to_ascii_lowercase().replace('.', " . ")).parse(), Ok(code()));
        assert_eq!(
            text.replace('0', "O").replace('1', "l").parse::<PairingCode>().unwrap().secret(),
            code().secret()
        );
        assert_eq!(format!("lab_{text}").parse(), Ok(code()));
    }

    #[test]
    fn knows_the_labs_key_and_hides_itself() {
        assert!(code().names_key(&PublicKey([3; 32])));
        assert!(!code().names_key(&PublicKey([4; 32])));
        assert!(!format!("{:?}", code()).contains(&write_part(code().secret())));
    }

    #[test]
    fn says_what_is_missing() {
        let text = code().to_string();
        assert_eq!("".parse::<PairingCode>(), Err(PairingCodeError::Parts(1)));
        assert_eq!(text[..59].parse::<PairingCode>(), Err(PairingCodeError::Part { part: "third" }));
        assert_eq!(format!("{text}0").parse::<PairingCode>(), Err(PairingCodeError::Part { part: "third" }));
        assert_eq!(text[1..].parse::<PairingCode>(), Err(PairingCodeError::Lab));
        assert!("💥.💥.💥".parse::<PairingCode>().is_err());
    }
}
