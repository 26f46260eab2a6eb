//! Favourites, carts and documents of visitors, and what they hand in.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::id::{GalleryId, PhotoId, VisitorId};
use ports::{
    Page, PortError, PortResult, Visitors,
    visitors::{HandedIn, StoredCart, StoredDocument, check_document},
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, cursor, document, fault::Step};

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

fn kept(db: &Connection, key: &[String; 3]) -> Step<Option<StoredDocument>> {
    Ok(db
        .prepare_cached(
            "SELECT revision, json FROM visitor_documents WHERE visitor = ?1 AND gallery = ?2 AND name = ?3",
        )?
        .query_row(rusqlite::params_from_iter(key), |r| {
            Ok(StoredDocument { revision: r.get(0)?, json: r.get(1)? })
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

    async fn document(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        name: &str,
    ) -> PortResult<Option<StoredDocument>> {
        let key = [visitor.to_string(), gallery.to_string(), name.to_owned()];
        self.0.database.read(move |db| kept(db, &key)).await
    }

    async fn put_document(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        name: &str,
        json: &str,
        expected: u64,
    ) -> PortResult<u64> {
        check_document(name, json)?;
        let key = [visitor.to_string(), gallery.to_string(), name.to_owned()];
        let json = json.to_owned();
        self.0
            .database
            .write(move |db| {
                if kept(db, &key)?.map_or(0, |d| d.revision) != expected {
                    return Err(PortError::conflict("the document").into());
                }
                let [visitor, gallery, name] = key;
                db.prepare_cached(
                    "INSERT INTO visitor_documents (visitor, gallery, name, revision, json)
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (visitor, gallery, name)
                     DO UPDATE SET revision = excluded.revision, json = excluded.json",
                )?
                .execute(params![visitor, gallery, name, expected + 1, json])?;
                Ok(expected + 1)
            })
            .await
    }

    async fn hand_in(&self, gallery: GalleryId, kind: &str, key: &str, json: &str) -> PortResult<()> {
        check_document(kind, json)?;
        check_document(key, "")?;
        let row = [gallery.to_string(), kind.to_owned(), key.to_owned(), json.to_owned()];
        let sql = "INSERT INTO handed_in (gallery, kind, key, json) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (gallery, kind, key) DO UPDATE SET json = excluded.json";
        self.0.database.write(move |db| Ok(db.prepare_cached(sql)?.execute(row).map(drop)?)).await
    }

    async fn handed_in(
        &self,
        gallery: GalleryId,
        kind: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<HandedIn>> {
        let (gallery, kind, after) = (gallery.to_string(), kind.to_owned(), cursor::text(cursor)?);
        let sql = "SELECT key, json FROM handed_in WHERE gallery = ?1 AND kind = ?2 AND key > ?3
                   ORDER BY key LIMIT ?4";
        let read = move |db: &rusqlite::Transaction<'_>| {
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map(params![gallery, kind, after, cursor::one_more(limit)], |r| {
                Ok(HandedIn { key: r.get(0)?, json: r.get(1)? })
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        };
        Ok(cursor::page(self.0.database.read(read).await?, limit, |h| h.key.clone()))
    }

    async fn forget_handed_in(&self, gallery: GalleryId) -> PortResult<()> {
        let sql = "DELETE FROM handed_in WHERE gallery = ?1";
        let id = gallery.to_string();
        self.0.database.write(move |db| Ok(db.prepare_cached(sql)?.execute([id]).map(drop)?)).await
    }
}
