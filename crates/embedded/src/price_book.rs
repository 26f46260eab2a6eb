//! Immutable versions of price lists.

use async_trait::async_trait;
use domain::{
    id::{PriceListId, StudioId},
    price_list::PriceList,
};
use ports::{PortError, PortResult, PriceBook};
use rusqlite::{Connection, params};

use crate::{Store, document, fault::Step};

const PRICE_LIST: &str = "a price list";

fn list(db: &Connection, studio: StudioId, list: PriceListId, version: u32) -> Step<Option<PriceList>> {
    let sql = "SELECT json FROM price_lists WHERE studio = ?1 AND list = ?2 AND version = ?3";
    document::one(db, PRICE_LIST, sql, params![studio.to_string(), list.to_string(), version])
}

#[async_trait]
impl PriceBook for Store {
    async fn put(&self, studio: StudioId, new: &PriceList) -> PortResult<()> {
        let new = new.clone();
        self.0
            .database
            .write(move |db| match list(db, studio, new.id, new.version)? {
                Some(held) if held == new => Ok(()),
                Some(_) => Err(PortError::conflict("this version of the price list").into()),
                None => {
                    let sql = "INSERT INTO price_lists (studio, list, version, json) VALUES (?1, ?2, ?3, ?4)";
                    let json = document::write(PRICE_LIST, &new)?;
                    db.execute(sql, params![studio.to_string(), new.id.to_string(), new.version, json])?;
                    Ok(())
                }
            })
            .await
    }

    async fn get(&self, studio: StudioId, id: PriceListId, version: u32) -> PortResult<Option<PriceList>> {
        self.0.database.read(move |db| list(db, studio, id, version)).await
    }
}
