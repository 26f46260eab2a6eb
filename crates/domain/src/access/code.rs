//! Access codes: 60 random bits in Crockford's base32, written `XXXX-XXXX-XXXX`, forgiving when typed.

use std::fmt;

use crate::object_key::mac;

/// Crockford's alphabet: no I, L, O, U, so a printed card survives reading aloud.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

#[derive(Clone, PartialEq, Eq)]
pub struct AccessCode([u8; LENGTH]);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("a code has 12 letters and digits; this one has {0}")]
    Length(usize),
    #[error("a code has only letters and digits, not {0:?}")]
    Character(char),
}

impl AccessCode {
    /// Takes the low 60 bits; the caller supplies the randomness.
    pub fn from_random(bits: u64) -> Self {
        let mut out = [0; LENGTH];
        for (i, slot) in out.iter_mut().enumerate() {
            *slot = ALPHABET[((bits >> (5 * i)) & 31) as usize];
        }
        Self(out)
    }

    /// Reads what a person typed: any case, spaces and dashes anywhere, O for 0, I and L for 1, U for V.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut out = [0; LENGTH];
        let mut count = 0;
        for c in text.chars() {
            let c = match c {
                ' ' | '-' | '.' | '_' | '\u{2010}'..='\u{2015}' | '\u{A0}' | '\t' | '\r' | '\n' => continue,
                c => match c.to_ascii_uppercase() {
                    'O' => '0',
                    'I' | 'L' => '1',
                    'U' => 'V',
                    c => c,
                },
            };
            let byte = u8::try_from(u32::from(c)).map_err(|_| CodeError::Character(c))?;
            if !ALPHABET.contains(&byte) {
                return Err(CodeError::Character(c));
            }
            if count < LENGTH {
                out[count] = byte;
            }
            count += 1;
        }
        if count == LENGTH { Ok(Self(out)) } else { Err(CodeError::Length(count)) }
    }

    /// What the host stores instead of the code.
    pub fn keyed_hash(&self, host_secret: &[u8]) -> CodeHash {
        CodeHash(mac(host_secret, &[b"access code", &self.0]))
    }

    /// Without dashes, for a link's fragment.
    pub fn compact(&self) -> String {
        self.0.iter().map(|b| *b as char).collect()
    }
}

impl fmt::Display for AccessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.compact();
        write!(f, "{}-{}-{}", &text[..4], &text[4..8], &text[8..])
    }
}

/// Codes are secrets: `{:?}` in a log must not show one.
impl fmt::Debug for AccessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessCode(…)")
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodeHash(pub [u8; 32]);

impl CodeHash {
    pub fn hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forgives_what_people_type() {
        let code = AccessCode::parse("0011-VABC-DEFG").unwrap();
        assert_eq!(AccessCode::parse(" oOiL uabc–defg ").unwrap(), code);
        assert_eq!(AccessCode::parse("0011"), Err(CodeError::Length(4)));
        assert_eq!(AccessCode::parse("0011-VABC-DEF!"), Err(CodeError::Character('!')));
        assert!(!format!("{code:?}").contains("VABC"));
    }

    proptest! {
        #[test]
        fn written_codes_read_back(bits in any::<u64>()) {
            let code = AccessCode::from_random(bits);
            prop_assert_eq!(AccessCode::parse(&code.to_string()).unwrap(), code.clone());
            prop_assert_eq!(AccessCode::parse(&code.compact().to_lowercase()).unwrap(), code);
        }

        #[test]
        fn any_text_is_answered(text in ".*") { let _ = AccessCode::parse(&text); }
    }
}
