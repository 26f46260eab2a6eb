//! What crosses a process boundary: requests, answers, events and manifests. Shapes only, no rules.
//!
//! Ids and plain values (crop, money, address, stage) are the domain's own types, so that the two cannot
//! drift apart; `tests/shapes.rs` pins their JSON, because agents in the field outlive a host's release.
//!
//! Unknown fields are ignored on reading (an older agent meets a newer host); numbers of versions are
//! explicit where a meaning could change. Times are milliseconds since 1970 in fields ending in `_at`.

pub mod checkout;
pub mod customer;
pub mod device;
pub mod enrol;
pub mod event;
pub mod galleries;
pub mod lab;
pub mod lists;
pub mod manifest;
pub mod orders;
pub mod pairing_code;
pub mod payment;
pub mod problem;
pub mod publish;
pub mod queue;
pub mod route;
pub mod signed;

/// A page of a listing. `next` goes back as `?cursor=`; absent on the last page.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Bytes in JSON are base64 (RFC 4648 section 4).
pub mod base64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&data_encoding::BASE64.encode(bytes))
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        data_encoding::BASE64.decode(text.as_bytes()).map_err(D::Error::custom)
    }
}
