//! Codes that pay or take something off, and how a studio takes money online.
//!
//! A prepaid code is redeemed, and a discount code's use counted, in the transaction that places the order
//! (`OrderBook::place`); a cancellation gives a prepaid code back.

use async_trait::async_trait;
use domain::{
    id::{PriceListId, StudioId},
    payment::{Prepaid, Provider},
};

use serde::{Deserialize, Serialize};

use crate::{Page, PortError, PortResult, Ports, Secrets};

#[async_trait]
pub trait PaymentBook: Send + Sync {
    /// How many orders used a discount code of a price list, whatever its version.
    async fn code_uses(&self, list: PriceListId, code: &str) -> PortResult<u32>;

    /// Creates a code that is not redeemed. The same again is a repeat; other content is a `Conflict`.
    async fn put_prepaid(&self, prepaid: &Prepaid) -> PortResult<()>;
    async fn prepaid(&self, studio: StudioId, code_hash: &str) -> PortResult<Option<Prepaid>>;
    /// In the order of their hashes.
    async fn prepaid_of(
        &self,
        studio: StudioId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Prepaid>>;

    /// `None` takes it away.
    async fn put_provider(&self, studio: StudioId, provider: Option<&Provider>) -> PortResult<()>;
    async fn provider(&self, studio: StudioId) -> PortResult<Option<Provider>>;
}

/// A studio's keys at its provider. Sealed where they are stored, and never shown.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    pub secret_key: String,
    pub webhook_secret: String,
}

const PURPOSE: &str = "payment provider";

impl Keys {
    pub fn seal(&self, secrets: &Secrets, studio: StudioId) -> Option<String> {
        let json = serde_json::to_string(self).ok()?;
        secrets.seal(PURPOSE, &studio.to_string(), &json)
    }

    pub fn open(secrets: &Secrets, studio: StudioId, provider: &Provider) -> Option<Self> {
        let json = secrets.open(PURPOSE, &studio.to_string(), &provider.sealed)?;
        serde_json::from_str(&json).ok()
    }

    pub async fn of(ports: &Ports, studio: StudioId) -> PortResult<Option<Self>> {
        let provider = ports.payments.provider(studio).await?;
        let keys = provider.as_ref().map(|p| Self::open(&ports.secrets, studio, p));
        match keys {
            Some(None) => Err(PortError::invalid(
                "the studio's payment keys",
                "they were sealed by another host; set them again: darkslide payment stripe",
            )),
            known => Ok(known.flatten()),
        }
    }
}
