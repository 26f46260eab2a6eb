//! Mails that are owed: one row each, found by when it is due.

use async_trait::async_trait;
use domain::{
    Millis,
    id::StudioId,
    mail::{Mail, StudioMail},
};
use ports::{Mails, Page, PortResult, mails::QueuedMail};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use crate::{Store, cursor, document, fault::Step};

const MAIL: &str = "a mail";
const STUDIO_MAIL: &str = "how a studio wants its mails";
const COLUMNS: &str = "n, json, tries, due_at, why";

fn read(row: &Row<'_>) -> Step<(i64, QueuedMail)> {
    let json: String = row.get("json")?;
    let due_at: Option<i64> = row.get("due_at")?;
    let mail = QueuedMail {
        mail: document::read(MAIL, &json)?,
        tries: row.get("tries")?,
        due_at: due_at.map(Millis),
        why: row.get("why")?,
    };
    Ok((row.get("n")?, mail))
}

fn rows(db: &Connection, sql: &str, params: impl Params) -> Step<Vec<(i64, QueuedMail)>> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

#[async_trait]
impl Mails for Store {
    async fn queue(&self, mail: &Mail) -> PortResult<bool> {
        let mail = mail.clone();
        let sql = "INSERT INTO mails (id, json, due_at) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";
        let write = move |db: &rusqlite::Transaction<'_>| {
            let json = document::write(MAIL, &mail)?;
            Ok(db.prepare_cached(sql)?.execute(params![mail.id, json, mail.queued_at.0])? == 1)
        };
        self.0.database.write(write).await
    }

    async fn due(&self, now: Millis, limit: u32) -> PortResult<Vec<QueuedMail>> {
        let sql = format!("SELECT {COLUMNS} FROM mails WHERE due_at <= ?1 ORDER BY due_at, n LIMIT ?2");
        let read = move |db: &rusqlite::Transaction<'_>| rows(db, &sql, params![now.0, limit]);
        Ok(self.0.database.read(read).await?.into_iter().map(|(_, mail)| mail).collect())
    }

    async fn take(&self, mail: &QueuedMail, until: Millis) -> PortResult<bool> {
        let Some(due_at) = mail.due_at else { return Ok(false) };
        let id = mail.mail.id.clone();
        let sql = "UPDATE mails SET due_at = ?3, tries = tries + 1 WHERE id = ?1 AND due_at = ?2";
        let write = move |db: &rusqlite::Transaction<'_>| {
            Ok(db.prepare_cached(sql)?.execute(params![id, due_at.0, until.0])? == 1)
        };
        self.0.database.write(write).await
    }

    async fn sent(&self, id: &str) -> PortResult<()> {
        self.over(id, "UPDATE mails SET due_at = NULL, given_up = 0, why = ?2 WHERE id = ?1", None).await
    }

    async fn put_off(&self, id: &str, why: &str, due_at: Millis) -> PortResult<()> {
        let (id, why) = (id.to_owned(), why.to_owned());
        let sql = "UPDATE mails SET due_at = ?3, why = ?2 WHERE id = ?1 AND due_at IS NOT NULL";
        let write = move |db: &rusqlite::Transaction<'_>| {
            Ok(db.prepare_cached(sql)?.execute(params![id, why, due_at.0]).map(drop)?)
        };
        self.0.database.write(write).await
    }

    async fn give_up(&self, id: &str, why: &str) -> PortResult<()> {
        let why = Some(why.to_owned());
        self.over(id, "UPDATE mails SET due_at = NULL, given_up = 1, why = ?2 WHERE id = ?1", why).await
    }

    async fn given_up(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<QueuedMail>> {
        let after = cursor::number(cursor)?;
        let sql = format!("SELECT {COLUMNS} FROM mails WHERE given_up = 1 AND n > ?1 ORDER BY n LIMIT ?2");
        let read =
            move |db: &rusqlite::Transaction<'_>| rows(db, &sql, params![after, cursor::one_more(limit)]);
        let page = cursor::page(self.0.database.read(read).await?, limit, |(n, _)| n.to_string());
        Ok(Page { items: page.items.into_iter().map(|(_, mail)| mail).collect(), next: page.next })
    }

    async fn studio_mail(&self, studio: StudioId) -> PortResult<Option<StudioMail>> {
        let sql = "SELECT json FROM studio_mails WHERE studio = ?1";
        self.0.database.read(move |db| document::one(db, STUDIO_MAIL, sql, [studio.to_string()])).await
    }

    async fn set_studio_mail(&self, studio: StudioId, mail: Option<&StudioMail>) -> PortResult<()> {
        let mail = mail.cloned();
        let write = move |db: &rusqlite::Transaction<'_>| {
            db.prepare_cached("DELETE FROM studio_mails WHERE studio = ?1")?.execute([studio.to_string()])?;
            if let Some(mail) = mail {
                db.prepare_cached("INSERT INTO studio_mails (studio, json) VALUES (?1, ?2)")?
                    .execute([studio.to_string(), document::write(STUDIO_MAIL, &mail)?])?;
            }
            Ok(())
        };
        self.0.database.write(write).await
    }

    async fn try_again(&self, id: &str, now: Millis) -> PortResult<bool> {
        let id = id.to_owned();
        let sql = "UPDATE mails SET due_at = ?2, given_up = 0, tries = 0 WHERE id = ?1 AND given_up = 1";
        let write = move |db: &rusqlite::Transaction<'_>| {
            Ok(db.prepare_cached(sql)?.execute(params![id, now.0])? == 1)
        };
        self.0.database.write(write).await
    }
}

impl Store {
    async fn over(&self, id: &str, sql: &'static str, why: Option<String>) -> PortResult<()> {
        let id = id.to_owned();
        self.0
            .database
            .write(move |db| Ok(db.prepare_cached(sql)?.execute(params![id, why]).optional().map(drop)?))
            .await
    }
}
