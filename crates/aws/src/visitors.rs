//! Favourites: an item each. Carts and documents: one item, written over its own revision. What is handed in.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::id::{GalleryId, PhotoId, VisitorId};
use ports::{
    Page, PortError, PortResult, Visitors,
    visitors::{HandedIn, StoredCart, StoredDocument, check_document},
};
use serde::{Deserialize, Serialize};

use crate::{
    Store, cursor, keys,
    keys::Key,
    table::{self, Done, Query, Range, Row, Write},
};

const FAVOURITE: &str = "a favourite";
const CART: &str = "the cart";
const DOCUMENT: &str = "the document";
const HANDED_IN: &str = "what was handed in";
/// Below what one item takes (400 kB), with room for the keys.
const MAX_BYTES: usize = 380_000;

#[derive(Serialize, Deserialize)]
struct Favourite {
    pk: String,
    sk: PhotoId,
}

#[async_trait]
impl Visitors for Store {
    async fn favourites(&self, visitor: VisitorId, gallery: GalleryId) -> PortResult<BTreeSet<PhotoId>> {
        let query = Query::of(keys::favourites_of(visitor, gallery));
        let found: Vec<Favourite> = self.table().rows(FAVOURITE, &query, None).await?;
        Ok(found.into_iter().map(|f| f.sk).collect())
    }

    async fn set_favourite(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        photo: PhotoId,
        on: bool,
    ) -> PortResult<()> {
        let pk = keys::favourites_of(visitor, gallery);
        let write = if on {
            Write::put(FAVOURITE, &Favourite { pk, sk: photo })?
        } else {
            Write::delete(Key::new(pk, photo.to_string()))
        };
        self.table().commit(&[write]).await.map(drop)
    }

    async fn cart(&self, visitor: VisitorId, gallery: GalleryId) -> PortResult<Option<StoredCart>> {
        let row: Option<Row<String>> = self.table().get(CART, &keys::cart(visitor, gallery)).await?;
        Ok(row.map(|row| StoredCart { revision: row.rev, json: row.doc }))
    }

    async fn put_cart(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        json: &str,
        expected: u64,
    ) -> PortResult<u64> {
        self.put_over(CART, keys::cart(visitor, gallery), json, expected).await
    }

    async fn document(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        name: &str,
    ) -> PortResult<Option<StoredDocument>> {
        check_document(name, "")?;
        let row: Option<Row<String>> =
            self.table().get(DOCUMENT, &keys::kept(visitor, gallery, name)).await?;
        Ok(row.map(|row| StoredDocument { revision: row.rev, json: row.doc }))
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
        self.put_over(DOCUMENT, keys::kept(visitor, gallery, name), json, expected).await
    }

    async fn hand_in(&self, gallery: GalleryId, kind: &str, key: &str, json: &str) -> PortResult<()> {
        check_document(kind, json)?;
        check_document(key, "")?;
        let row = Row::new(keys::handed_in(gallery, kind, key), json);
        self.table().commit(&[Write::put(HANDED_IN, &row)?]).await.map(drop)
    }

    async fn handed_in(
        &self,
        gallery: GalleryId,
        kind: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<HandedIn>> {
        check_document(kind, "")?;
        let after = cursor::decode(cursor)?;
        // Keys are of a-z, 0-9, `-`, `_` and `.`: all of them sort before `~` and after a control character.
        let from = after.map_or(format!("{kind}#"), |after| format!("{kind}#{after}\u{1}"));
        let query = Query::of(keys::handed_in_to(gallery)).range(Range::Between(from, format!("{kind}#~")));
        let rows: Vec<Row<String>> =
            self.table().rows(HANDED_IN, &query, Some(cursor::one_more(limit))).await?;
        let found = rows.into_iter().map(|row| HandedIn {
            key: row.sk.split_once('#').map(|(_, key)| key.to_owned()).unwrap_or_default(),
            json: row.doc,
        });
        Ok(cursor::page(found.collect(), limit, |h| h.key.clone()))
    }

    async fn forget_handed_in(&self, gallery: GalleryId) -> PortResult<()> {
        let query = Query::of(keys::handed_in_to(gallery));
        for item in self.table().query(&query, None).await? {
            if let (Some(pk), Some(sk)) = (table::text(&item, "pk"), table::text(&item, "sk")) {
                self.table().commit(&[Write::delete(Key::new(pk, sk))]).await?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// Writes a document over its revision; 0: there must be none.
    async fn put_over(&self, what: &str, key: Key, json: &str, expected: u64) -> PortResult<u64> {
        if json.len() > MAX_BYTES {
            return Err(PortError::invalid(what, format!("it is larger than {MAX_BYTES} bytes")));
        }
        let row = Row { rev: expected + 1, ..Row::new(key, json) };
        let write = Write::put(what, &row)?;
        let write = match expected {
            0 => write.when_new(),
            held => write.when("rev = :held").number(":held", held),
        };
        match self.table().commit(&[write]).await? {
            Done::Yes => Ok(row.rev),
            Done::Refused(_) => Err(PortError::conflict(what)),
        }
    }
}
