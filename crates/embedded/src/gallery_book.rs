//! Galleries, access codes by keyed hash, rosters.

use async_trait::async_trait;
use domain::{
    Millis,
    access::code::CodeHash,
    gallery::{CodeGrant, Gallery, GalleryState, Subject},
    id::{CodeId, GalleryId, StudioId, SubjectId},
};
use ports::{GalleryBook, Page, PortError, PortResult};
use rusqlite::{Connection, params};

use crate::{Store, cursor, document, fault::Step};

const GALLERY: &str = "a gallery's record";
const CODE: &str = "an access code's record";
const SUBJECT: &str = "a roster's record";

fn state(gallery: &Gallery) -> &'static str {
    match gallery.state {
        GalleryState::Draft => "draft",
        GalleryState::Open => "open",
        GalleryState::Closed => "closed",
        GalleryState::Erased => "erased",
    }
}

pub(crate) fn gallery(db: &Connection, id: GalleryId) -> Step<Option<Gallery>> {
    document::one(db, GALLERY, "SELECT json FROM galleries WHERE id = ?1", [id.to_string()])
}

fn code(db: &Connection, hash: &str) -> Step<Option<CodeGrant>> {
    document::one(db, CODE, "SELECT json FROM codes WHERE hash = ?1", [hash])
}

/// The people of a gallery, in the order of their names.
pub(crate) fn roster(db: &Connection, gallery: GalleryId) -> Step<Vec<Subject>> {
    let sql = "SELECT json FROM subjects WHERE gallery = ?1";
    let mut found: Vec<Subject> = document::all(db, SUBJECT, sql, [gallery.to_string()])?;
    found.sort_by(|a, b| (&a.group, &a.name, a.id).cmp(&(&b.group, &b.name, b.id)));
    Ok(found)
}

#[async_trait]
impl GalleryBook for Store {
    async fn put_gallery(&self, new: &Gallery, expected: u64) -> PortResult<Gallery> {
        let new = Gallery { revision: expected + 1, ..new.clone() };
        self.0
            .database
            .write(move |db| {
                let held = gallery(db, new.id)?;
                if held.as_ref().map_or(0, |g| g.revision) != expected {
                    return Err(PortError::conflict("the gallery").into());
                }
                if held.is_some_and(|g| g.studio != new.studio) {
                    return Err(PortError::conflict("the gallery").into());
                }
                db.prepare_cached(
                    "INSERT INTO galleries (id, studio, state, expires_at, revision, json)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET state = excluded.state,
                       expires_at = excluded.expires_at, revision = excluded.revision, json = excluded.json",
                )?
                .execute(params![
                    new.id.to_string(),
                    new.studio.to_string(),
                    state(&new),
                    new.expires_at.map(|t| t.0),
                    new.revision,
                    document::write(GALLERY, &new)?
                ])?;
                Ok(new)
            })
            .await
    }

    async fn gallery(&self, id: GalleryId) -> PortResult<Option<Gallery>> {
        self.0.database.glance(|db| gallery(db, id))
    }

    async fn galleries(
        &self,
        studio: StudioId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Gallery>> {
        let after = cursor::text(cursor)?;
        let sql = "SELECT json FROM galleries WHERE studio = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        let found = self
            .0
            .database
            .read(move |db| {
                let params = params![studio.to_string(), after, cursor::one_more(limit)];
                document::all(db, GALLERY, sql, params)
            })
            .await?;
        Ok(cursor::page(found, limit, |g: &Gallery| g.id.to_string()))
    }

    async fn expired(&self, now: Millis, limit: u32) -> PortResult<Vec<Gallery>> {
        let sql = "SELECT json FROM galleries WHERE state = 'open' AND expires_at <= ?1
                   ORDER BY expires_at LIMIT ?2";
        self.0.database.read(move |db| document::all(db, GALLERY, sql, params![now.0, limit])).await
    }

    async fn put_code(&self, hash: &CodeHash, grant: &CodeGrant) -> PortResult<()> {
        let (hash, mut new) = (hash.hex(), grant.clone());
        self.0
            .database
            .write(move |db| {
                let held = code(db, &hash)?;
                let of_id: Option<String> = rusqlite::OptionalExtension::optional(
                    db.prepare_cached("SELECT hash FROM codes WHERE gallery = ?1 AND id = ?2")?
                        .query_row([new.gallery.to_string(), new.id.to_string()], |r| r.get(0)),
                )?;
                let other_code = held.as_ref().is_some_and(|h| h.id != new.id || h.gallery != new.gallery);
                if other_code || of_id.is_some_and(|h| h != hash) {
                    return Err(PortError::conflict("the access code").into());
                }
                // A request that comes late must not bring a revoked code back.
                new.revoked |= held.is_some_and(|h| h.revoked);
                db.prepare_cached(
                    "INSERT INTO codes (hash, gallery, id, json) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (hash) DO UPDATE SET json = excluded.json",
                )?
                .execute([
                    hash,
                    new.gallery.to_string(),
                    new.id.to_string(),
                    document::write(CODE, &new)?,
                ])?;
                Ok(())
            })
            .await
    }

    async fn code(&self, hash: &CodeHash) -> PortResult<Option<CodeGrant>> {
        let hash = hash.hex();
        self.0.database.read(move |db| code(db, &hash)).await
    }

    async fn code_by_id(&self, gallery: GalleryId, code: CodeId) -> PortResult<Option<CodeGrant>> {
        let sql = "SELECT json FROM codes WHERE gallery = ?1 AND id = ?2";
        let ids = [gallery.to_string(), code.to_string()];
        self.0.database.read(move |db| document::one(db, CODE, sql, ids)).await
    }

    async fn revoke_code(&self, gallery: GalleryId, code: CodeId) -> PortResult<()> {
        let sql = "UPDATE codes SET json = json_set(json, '$.revoked', json('true'))
                   WHERE gallery = ?1 AND id = ?2";
        let ids = [gallery.to_string(), code.to_string()];
        self.0.database.write(move |db| Ok(db.execute(sql, ids).map(drop)?)).await
    }

    async fn put_subjects(&self, gallery: GalleryId, subjects: &[Subject]) -> PortResult<()> {
        let subjects = subjects.to_vec();
        self.0
            .database
            .write(move |db| {
                let mut put = db.prepare_cached(
                    "INSERT INTO subjects (gallery, id, json) VALUES (?1, ?2, ?3)
                     ON CONFLICT (gallery, id) DO UPDATE SET json = excluded.json",
                )?;
                for subject in &subjects {
                    put.execute([
                        gallery.to_string(),
                        subject.id.to_string(),
                        document::write(SUBJECT, subject)?,
                    ])?;
                }
                Ok(())
            })
            .await
    }

    async fn subjects(&self, gallery: GalleryId) -> PortResult<Vec<Subject>> {
        self.0.database.read(move |db| roster(db, gallery)).await
    }

    async fn subjects_by_id(&self, gallery: GalleryId, ids: &[SubjectId]) -> PortResult<Vec<Subject>> {
        let ids = ids.to_vec();
        let sql = "SELECT json FROM subjects WHERE gallery = ?1 AND id = ?2";
        self.0
            .database
            .read(move |db| {
                let mut found = Vec::with_capacity(ids.len());
                for id in &ids {
                    found.extend(document::one(db, SUBJECT, sql, [gallery.to_string(), id.to_string()])?);
                }
                Ok(found)
            })
            .await
    }
}
