//! Favourites and carts.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::id::{GalleryId, PhotoId, VisitorId};
use ports::{PortError, PortResult, Visitors, visitors::StoredCart};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, document, fault::Step};

pub(crate) fn favourites(db: &Connection, visitor: VisitorId, gallery: GalleryId) -> Step<BTreeSet<PhotoId>> {
    let mut statement =
        db.prepare_cached("SELECT photo FROM favourites WHERE visitor = ?1 AND gallery = ?2")?;
    let mut rows = statement.query([visitor.to_string(), gallery.to_string()])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        found.insert(document::id(row, "photo")?);
    }
    Ok(found)
}

fn cart(db: &Connection, visitor: VisitorId, gallery: GalleryId) -> Step<Option<StoredCart>> {
    Ok(db
        .prepare_cached("SELECT revision, json FROM carts WHERE visitor = ?1 AND gallery = ?2")?
        .query_row([visitor.to_string(), gallery.to_string()], |r| {
            Ok(StoredCart { revision: r.get(0)?, json: r.get(1)? })
        })
        .optional()?)
}

#[async_trait]
impl Visitors for Store {
    async fn favourites(&self, visitor: VisitorId, gallery: GalleryId) -> PortResult<BTreeSet<PhotoId>> {
        self.0.database.read(move |db| favourites(db, visitor, gallery)).await
    }

    async fn set_favourite(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        photo: PhotoId,
        on: bool,
    ) -> PortResult<()> {
        let sql = if on {
            "INSERT OR IGNORE INTO favourites (visitor, gallery, photo) VALUES (?1, ?2, ?3)"
        } else {
            "DELETE FROM favourites WHERE visitor = ?1 AND gallery = ?2 AND photo = ?3"
        };
        let ids = [visitor.to_string(), gallery.to_string(), photo.to_string()];
        self.0.database.write(move |db| Ok(db.prepare_cached(sql)?.execute(ids).map(drop)?)).await
    }

    async fn cart(&self, visitor: VisitorId, gallery: GalleryId) -> PortResult<Option<StoredCart>> {
        self.0.database.read(move |db| cart(db, visitor, gallery)).await
    }

    async fn put_cart(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        json: &str,
        expected: u64,
    ) -> PortResult<u64> {
        let json = json.to_owned();
        self.0
            .database
            .write(move |db| {
                if cart(db, visitor, gallery)?.map_or(0, |c| c.revision) != expected {
                    return Err(PortError::conflict("the cart").into());
                }
                db.prepare_cached(
                    "INSERT INTO carts (visitor, gallery, revision, json) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (visitor, gallery) DO UPDATE SET revision = excluded.revision, json = excluded.json",
                )?
                .execute(params![visitor.to_string(), gallery.to_string(), expected + 1, json])?;
                Ok(expected + 1)
            })
            .await
    }
}
