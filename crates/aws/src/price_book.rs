//! Immutable versions of price lists.

use async_trait::async_trait;
use domain::{
    id::{PriceListId, StudioId},
    price_list::PriceList,
};
use ports::{PortError, PortResult, PriceBook};

use crate::{
    Store, keys,
    table::{Done, Row, Write},
};

const LIST: &str = "the price list";

#[async_trait]
impl PriceBook for Store {
    async fn put(&self, studio: StudioId, list: &PriceList) -> PortResult<()> {
        let key = keys::price_list(studio, list.id, list.version);
        let write = Write::put(LIST, &Row::new(key, list))?.when_new();
        if self.table().commit(&[write]).await? == Done::Yes {
            return Ok(());
        }
        let held = self.get(studio, list.id, list.version).await?;
        if held.as_ref() == Some(list) { Ok(()) } else { Err(PortError::conflict(LIST)) }
    }

    async fn get(&self, studio: StudioId, list: PriceListId, version: u32) -> PortResult<Option<PriceList>> {
        self.table().doc(LIST, &keys::price_list(studio, list, version)).await
    }
}
