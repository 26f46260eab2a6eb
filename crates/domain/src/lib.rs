//! The rules of the trade, pure: no IO, no clock, no randomness, no async.
//!
//! Everything here is a value or a function of values, so it can be tested without a host. What is
//! deliberately absent: JSON shapes of requests (`wire`), storage (`ports`), pixels (`darkslide-image`).

pub mod access;
pub mod address_rule;
pub mod colour;
pub mod digital;
pub mod discount;
pub mod epoch;
pub mod filter;
pub mod fulfilment;
pub mod gallery;
pub mod geometry;
pub mod handling;
pub mod hash;
pub mod id;
pub mod mail;
pub mod money;
pub mod object_key;
pub mod order;
pub mod payment;
pub mod photo;
pub mod place;
pub mod price_list;
pub mod pricing;
pub mod product;
pub mod reorder;
pub mod sale;
mod schema;
pub mod shipping;
pub mod studio;
pub mod tax;
pub mod text;

/// Milliseconds since 1970-01-01T00:00:00Z. The domain never asks for the time; it is handed in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    pub const SECOND: i64 = 1_000;
    pub const MINUTE: i64 = 60_000;
    pub const HOUR: i64 = 3_600_000;
    pub const DAY: i64 = 86_400_000;

    pub fn plus(self, millis: i64) -> Millis {
        Millis(self.0.saturating_add(millis))
    }
}
