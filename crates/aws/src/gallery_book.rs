//! Galleries, access codes by keyed hash, rosters.

use async_trait::async_trait;
use domain::{
    Millis,
    access::code::CodeHash,
    gallery::{CodeGrant, Gallery, GalleryState, Subject},
    id::{CodeId, GalleryId, StudioId, SubjectId},
};
use ports::{GalleryBook, Page, PortError, PortResult};
use serde::{Deserialize, Serialize};

use crate::{
    Store, cursor,
    keys::{self, Key},
    table::{Done, Item, Query, Range, Row, Table, Write, pointers},
};

const GALLERY: &str = "the gallery";
const CODE: &str = "the access code";
const SUBJECT: &str = "the roster";

/// A code as stored: whether it is revoked stands beside the grant, because a late repeat of the request
/// that made the code writes the grant again.
#[derive(Serialize, Deserialize)]
struct StoredCode {
    doc: CodeGrant,
    #[serde(default)]
    revoked: bool,
}

#[derive(Serialize, Deserialize)]
struct CodePointer {
    pk: String,
    sk: String,
    hash: String,
}

/// The people of a gallery, in the order of their names.
pub(crate) async fn roster(table: &Table, gallery: GalleryId) -> PortResult<Vec<Subject>> {
    let rows: Vec<Row<Subject>> = table.rows(SUBJECT, &Query::of(keys::subjects_of(gallery)), None).await?;
    let mut people: Vec<Subject> = rows.into_iter().map(|row| row.doc).collect();
    people.sort_by(|a, b| (&a.group, &a.name, a.id).cmp(&(&b.group, &b.name, b.id)));
    Ok(people)
}

/// Where an open gallery with an end stands in the list of those that expire.
fn expiring(gallery: &Gallery) -> Option<(String, String)> {
    let end = gallery.expires_at.filter(|_| gallery.state == GalleryState::Open)?;
    Some((keys::EXPIRING.to_owned(), format!("{}#{}", keys::time(end), gallery.id)))
}

#[async_trait]
impl GalleryBook for Store {
    async fn put_gallery(&self, gallery: &Gallery, expected: u64) -> PortResult<Gallery> {
        let new = Gallery { revision: expected + 1, ..gallery.clone() };
        let row = Row::new(keys::gallery(new.id), &new).listed(expiring(&new));
        let write = Write::put(GALLERY, &Row { rev: new.revision, ..row })?;
        let writes = match expected {
            0 => {
                let pointer = Key::new(keys::galleries_of(new.studio), new.id.to_string());
                vec![write.when_new(), Write::put(GALLERY, &pointers::Pointer::new(pointer))?]
            }
            held => {
                let write = write.when("rev = :held AND doc.studio = :studio");
                vec![write.number(":held", held).text(":studio", new.studio.to_string())]
            }
        };
        match self.table().commit(&writes).await? {
            Done::Yes => Ok(new),
            Done::Refused(_) => Err(PortError::conflict(GALLERY)),
        }
    }

    async fn gallery(&self, id: GalleryId) -> PortResult<Option<Gallery>> {
        self.table().doc(GALLERY, &keys::gallery(id)).await
    }

    async fn galleries(
        &self,
        studio: StudioId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Gallery>> {
        let query = Query::of(keys::galleries_of(studio)).after(cursor::decode(cursor)?);
        let ids = pointers::ids(self.table(), GALLERY, &query, Some(cursor::one_more(limit))).await?;
        let page = cursor::page(ids, limit, GalleryId::to_string);
        let keys: Vec<Key> = page.items.into_iter().map(keys::gallery).collect();
        let rows: Vec<Row<Gallery>> = self.table().batch(GALLERY, &keys, true).await?;
        Ok(Page { items: rows.into_iter().map(|row| row.doc).collect(), next: page.next })
    }

    /// A gallery whose end was just moved may still be in the list: closing it is conditional anyway.
    async fn expired(&self, now: Millis, limit: u32) -> PortResult<Vec<Gallery>> {
        let before = Range::Before(keys::time(now.plus(1)));
        let query = Query::index(keys::GSI1, keys::EXPIRING).range(before);
        let rows: Vec<Row<Gallery>> = self.table().rows(GALLERY, &query, Some(limit as usize)).await?;
        Ok(rows.into_iter().map(|row| row.doc).collect())
    }

    async fn put_code(&self, hash: &CodeHash, grant: &CodeGrant) -> PortResult<()> {
        let revoked = if grant.revoked { ":true" } else { "if_not_exists(revoked, :false)" };
        let doc = serde_dynamo::to_attribute_value(grant).map_err(|e| PortError::corrupt(CODE, e))?;
        let flag = aws_sdk_dynamodb::types::AttributeValue::Bool(grant.revoked);
        // One of the two values is in use, and DynamoDB refuses unused ones.
        let flag_name = if grant.revoked { ":true" } else { ":false" };
        let code = Write::update(keys::code(hash), format!("SET doc = :doc, revoked = {revoked}"))
            .when("attribute_not_exists(pk) OR (doc.id = :id AND doc.gallery = :gallery)")
            .value(":doc", doc)
            .value(flag_name, flag)
            .text(":id", grant.id.to_string())
            .text(":gallery", grant.gallery.to_string());
        let key = keys::code_of_gallery(grant.gallery, grant.id);
        let pointer = CodePointer { pk: key.pk, sk: key.sk, hash: hash.hex() };
        let pointer = Write::put(CODE, &pointer)?
            .when("attribute_not_exists(pk) OR #hash = :hash")
            .name("#hash", "hash")
            .text(":hash", hash.hex());
        match self.table().commit(&[code, pointer]).await? {
            Done::Yes => Ok(()),
            Done::Refused(_) => Err(PortError::conflict(CODE)),
        }
    }

    async fn code(&self, hash: &CodeHash) -> PortResult<Option<CodeGrant>> {
        self.code_under(keys::code(hash)).await
    }

    async fn code_by_id(&self, gallery: GalleryId, code: CodeId) -> PortResult<Option<CodeGrant>> {
        match self.code_key(gallery, code).await? {
            Some(key) => self.code_under(key).await,
            None => Ok(None),
        }
    }

    async fn revoke_code(&self, gallery: GalleryId, code: CodeId) -> PortResult<()> {
        let Some(key) = self.code_key(gallery, code).await? else { return Ok(()) };
        let write = Write::update(key, "SET revoked = :true")
            .when("attribute_exists(pk)")
            .value(":true", aws_sdk_dynamodb::types::AttributeValue::Bool(true));
        self.table().commit(&[write]).await.map(drop)
    }

    async fn put_subjects(&self, gallery: GalleryId, subjects: &[Subject]) -> PortResult<()> {
        // One batch takes each key once; the last of several names stands.
        let mut people = std::collections::BTreeMap::<SubjectId, Item>::new();
        for subject in subjects {
            let item = serde_dynamo::to_item(Row::new(keys::subject(gallery, subject.id), subject));
            people.insert(subject.id, item.map_err(|e| PortError::corrupt(SUBJECT, e))?);
        }
        self.table().put_all(people.into_values().collect()).await
    }

    async fn subjects(&self, gallery: GalleryId) -> PortResult<Vec<Subject>> {
        roster(self.table(), gallery).await
    }

    async fn subjects_by_id(&self, gallery: GalleryId, ids: &[SubjectId]) -> PortResult<Vec<Subject>> {
        let keys: Vec<Key> = ids.iter().map(|id| keys::subject(gallery, *id)).collect();
        let rows: Vec<Row<Subject>> = self.table().batch(SUBJECT, &keys, true).await?;
        Ok(rows.into_iter().map(|row| row.doc).collect())
    }
}

impl Store {
    async fn code_under(&self, key: Key) -> PortResult<Option<CodeGrant>> {
        let stored: Option<StoredCode> = self.table().get(CODE, &key).await?;
        Ok(stored.map(|code| CodeGrant { revoked: code.revoked, ..code.doc }))
    }

    async fn code_key(&self, gallery: GalleryId, code: CodeId) -> PortResult<Option<Key>> {
        let pointer: Option<CodePointer> =
            self.table().get(CODE, &keys::code_of_gallery(gallery, code)).await?;
        Ok(pointer.map(|p| Key::new(format!("CODE#{}", p.hash), "CODE")))
    }
}
