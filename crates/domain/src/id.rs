//! Every id is its own type, so a photo can never be handed over where a gallery is meant.
//!
//! Text form: a three-letter tag, `_`, and 26 lower-case base32 characters (128 bits, RFC 4648 alphabet).

use std::{fmt, str::FromStr};

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {expected} id: expected {expected}_ and 26 characters of a-z and 2-7")]
pub struct IdError {
    pub text: String,
    pub expected: &'static str,
}

fn base32() -> &'static Encoding {
    use std::sync::OnceLock;
    static ENCODING: OnceLock<Encoding> = OnceLock::new();
    ENCODING.get_or_init(|| {
        let mut spec = Specification::new();
        spec.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
        #[expect(clippy::expect_used, reason = "a constant alphabet of 32 symbols is always valid")]
        spec.encoding().expect("32 distinct symbols")
    })
}

fn parse(tag: &'static str, text: &str) -> Result<[u8; 16], IdError> {
    let error = || IdError { text: text.chars().take(64).collect(), expected: tag };
    let body = text.strip_prefix(tag).and_then(|t| t.strip_prefix('_')).ok_or_else(error)?;
    let bytes = base32().decode(body.as_bytes()).map_err(|_| error())?;
    bytes.try_into().map_err(|_| error())
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident = $tag:literal;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            pub const TAG: &'static str = $tag;

            /// Makes an id of 128 random bits; the caller supplies the randomness.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self { Self(bytes) }
            pub const fn as_bytes(&self) -> &[u8; 16] { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $tag, base32().encode(&self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> { parse($tag, text).map(Self) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        crate::schema::text_schema!(
            $name,
            concat!("^", $tag, "_[a-z2-7]{26}$"),
            concat!($($doc,)*).trim()
        );
    )*};
}

ids! {
    /// A photographer's business: the tenant.
    StudioId = "stu";
    /// One computer of a studio that runs the agent.
    MachineId = "mac";
    /// A laboratory.
    LabId = "lab";
    /// One running receiver of a lab; the lease names it.
    ReceiverId = "rcv";
    /// A set of photos shown to customers.
    GalleryId = "gal";
    /// A picture, whatever its version.
    PhotoId = "pho";
    /// A commit of up to 100 photo records.
    BatchId = "bat";
    /// An access code (the id is not the code).
    CodeId = "cod";
    /// A person on a roster.
    SubjectId = "sub";
    /// A browser that opened a gallery; owns favourites and cart.
    VisitorId = "vis";
    /// A customer's order.
    OrderId = "ord";
    /// A price list, whatever its version.
    PriceListId = "pri";
}

impl OrderId {
    /// What people say on the phone: eight characters of the id, without look-alikes.
    pub fn number(&self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut bits = u64::from_be_bytes([0, 0, 0, self.0[0], self.0[1], self.0[2], self.0[3], self.0[4]]);
        let mut out = [0u8; 8];
        for slot in out.iter_mut().rev() {
            *slot = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
        }
        let text: String = out.iter().map(|b| *b as char).collect();
        format!("{}-{}", &text[..4], &text[4..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_and_names_the_kind() {
        let id = PhotoId::from_bytes([7; 16]);
        assert_eq!(id.to_string().parse::<PhotoId>(), Ok(id));
        assert_eq!(id.to_string().len(), 30);
        assert!(id.to_string().parse::<GalleryId>().is_err());
        assert!("pho_".parse::<PhotoId>().is_err());
        assert!("pho_\u{1F600}".parse::<PhotoId>().is_err());
    }

    #[test]
    fn json_is_the_text_form() {
        let id = OrderId::from_bytes([1; 16]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<OrderId>(&json).unwrap(), id);
        assert_eq!(id.number().len(), 9);
    }
}
