//! Joins what was entered to photos: by file name, from whichever side comes second.

use domain::id::SubjectId;
use rusqlite::{OptionalExtension, Transaction, params};

use super::sheet::Row;
use crate::{clock, paths};

pub struct Entered {
    pub photos: usize,
    pub subject: Option<String>,
}

/// Keeps a row and applies it to the photos that are there. A row is newer than what was entered before.
pub fn enter(tx: &Transaction<'_>, row: &Row) -> rusqlite::Result<Entered> {
    let subject = match &row.subject {
        Some((name, class)) => Some(subject(tx, name, class)?),
        None => None,
    };
    if row.file.is_empty() {
        return Ok(Entered { photos: 0, subject });
    }
    let name = row.file.rsplit(['/', '\\']).next().unwrap_or(&row.file);
    let stem = paths::stem(name);
    let keywords = json(&row.keywords);
    tx.execute(
        "INSERT INTO entered (stem, name, title, caption, keywords, price_group, subject, entered_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (stem, ifnull(subject, '')) DO UPDATE SET title = ifnull(?3, title),
           caption = ifnull(?4, caption), keywords = CASE ?5 WHEN '[]' THEN keywords ELSE ?5 END,
           price_group = ifnull(?6, price_group), entered_at = ?8",
        params![stem, name, row.title, row.caption, keywords, row.price_group, subject, clock::now().0],
    )?;
    let photos = photos(tx, &stem)?;
    for photo in &photos {
        tx.execute(
            "UPDATE photo SET title = ifnull(?2, title), caption = ifnull(?3, caption),
               price_group = ifnull(?4, price_group) WHERE id = ?1",
            params![photo, row.title, row.caption, row.price_group],
        )?;
        add(tx, photo, &row.keywords, subject.as_deref())?;
    }
    Ok(Entered { photos: photos.len(), subject })
}

/// Applies what was entered for a name to a photo a scan found. What was edited since stays.
pub fn join(tx: &Transaction<'_>, photo: &str, stem: &str) -> rusqlite::Result<()> {
    type Stored = (Option<String>, Option<String>, String, Option<String>, Option<String>);
    let mut statement = tx.prepare_cached(
        "SELECT title, caption, keywords, price_group, subject FROM entered WHERE stem = ?1 ORDER BY entered_at DESC",
    )?;
    let rows: Vec<Stored> = statement
        .query_map([stem], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))?
        .collect::<Result<_, _>>()?;
    for (title, caption, keywords, price_group, subject) in rows {
        tx.execute(
            "UPDATE photo SET title = ifnull(title, ?2), caption = ifnull(caption, ?3),
               price_group = ifnull(price_group, ?4) WHERE id = ?1",
            params![photo, title, caption, price_group],
        )?;
        let keywords: Vec<String> = serde_json::from_str(&keywords).unwrap_or_default();
        add(tx, photo, &keywords, subject.as_deref())?;
    }
    Ok(())
}

fn photos(tx: &Transaction<'_>, stem: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT v.photo FROM place p JOIN version v ON v.hash = p.version WHERE p.stem = ?1",
    )?;
    statement.query_map([stem], |r| r.get(0))?.collect()
}

fn add(
    tx: &Transaction<'_>,
    photo: &str,
    keywords: &[String],
    subject: Option<&str>,
) -> rusqlite::Result<()> {
    if let Some(subject) = subject {
        tx.execute("INSERT OR IGNORE INTO photo_subject (photo, subject) VALUES (?1, ?2)", [photo, subject])?;
    }
    if keywords.is_empty() {
        return Ok(());
    }
    let before: String =
        tx.query_row("SELECT keywords_added FROM photo WHERE id = ?1", [photo], |r| r.get(0))?;
    let mut all: Vec<String> = serde_json::from_str(&before).unwrap_or_default();
    for keyword in keywords {
        if !all.contains(keyword) {
            all.push(keyword.clone());
        }
    }
    tx.execute("UPDATE photo SET keywords_added = ?2 WHERE id = ?1", params![photo, json(&all)])?;
    Ok(())
}

/// The person of this name and class, on the roster from now on.
fn subject(tx: &Transaction<'_>, name: &str, class: &str) -> rusqlite::Result<String> {
    let known =
        tx.query_row("SELECT id FROM subject WHERE name = ?1 AND class = ?2", [name, class], |r| r.get(0));
    if let Some(id) = known.optional()? {
        return Ok(id);
    }
    let id = SubjectId::from_bytes(clock::random()).to_string();
    tx.execute("INSERT INTO subject (id, name, class) VALUES (?1, ?2, ?3)", [&id, name, class])?;
    Ok(id)
}

fn json(list: &[String]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".into())
}
