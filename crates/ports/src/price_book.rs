//! Immutable versions of price lists.

use async_trait::async_trait;
use domain::{
    id::{PriceListId, StudioId},
    price_list::PriceList,
};

use crate::PortResult;

#[async_trait]
pub trait PriceBook: Send + Sync {
    /// Creates a version. The same content again is a repeat; other content is a `Conflict`.
    async fn put(&self, studio: StudioId, list: &PriceList) -> PortResult<()>;
    async fn get(&self, studio: StudioId, list: PriceListId, version: u32) -> PortResult<Option<PriceList>>;
}
