//! Finished print files of a part, and whether the host has them.

use domain::hash::{Sha256, VersionHash};
use rusqlite::{Connection, params};
use wire::manifest::Recipe;

use super::parts::PartKey;

/// One picture of one line, rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintFile {
    pub line: u32,
    pub node: u32,
    pub sha256: Sha256,
    pub length: u64,
    pub width: u32,
    pub height: u32,
    pub effective_ppi: u32,
    /// The version it was made from: the ordered one, or a newer one that a person chose.
    pub version: VersionHash,
    /// How it was made; files of before this was noted have none.
    pub recipe: Option<Recipe>,
    pub uploaded: bool,
}

pub fn of_part(db: &Connection, part: PartKey) -> rusqlite::Result<Vec<PrintFile>> {
    db.prepare_cached(
        "SELECT line, node, sha256, length, width, height, effective_ppi, version, uploaded, recipe
         FROM print_file
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3 ORDER BY line, node",
    )?
    .query_map(params![part.order.to_string(), part.lab.to_string(), part.attempt], |row| {
        Ok(PrintFile {
            line: row.get(0)?,
            node: row.get(1)?,
            sha256: super::parsed(row, 2)?,
            length: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
            width: row.get(4)?,
            height: row.get(5)?,
            effective_ppi: row.get(6)?,
            version: super::parsed(row, 7)?,
            uploaded: row.get(8)?,
            recipe: match row.get::<_, Option<String>>(9)? {
                Some(text) => {
                    Some(serde_json::from_str(&text).map_err(|e| super::unreadable(9, e.to_string()))?)
                }
                None => None,
            },
        })
    })?
    .collect()
}

/// Notes a rendered file that is durably in the print folder.
pub fn rendered(db: &Connection, part: PartKey, file: &PrintFile) -> rusqlite::Result<()> {
    let recipe = file.recipe.as_ref().map(serde_json::to_string).transpose();
    let recipe = recipe.map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO print_file (order_id, lab, attempt, line, node, sha256, length, width, height,
                                            effective_ppi, version, uploaded, recipe)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        part.order.to_string(),
        part.lab.to_string(),
        part.attempt,
        file.line,
        file.node,
        file.sha256.hex(),
        i64::try_from(file.length).unwrap_or(i64::MAX),
        file.width,
        file.height,
        file.effective_ppi,
        file.version.hex(),
        file.uploaded,
        recipe,
    ])?;
    Ok(())
}

/// Forgets a file whose bytes are gone from the print folder before the host had them.
pub fn forget(db: &Connection, part: PartKey, line: u32, node: u32) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM print_file WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3 AND line = ?4 AND node = ?5",
        params![part.order.to_string(), part.lab.to_string(), part.attempt, line, node],
    )?;
    Ok(())
}

/// The host has these bytes, for every picture of the part that has the same content.
pub fn uploaded(db: &Connection, part: PartKey, sha256: &Sha256) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE print_file SET uploaded = 1
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3 AND sha256 = ?4",
        params![part.order.to_string(), part.lab.to_string(), part.attempt, sha256.hex()],
    )?;
    Ok(())
}

/// How the host calls the upload in parts that was begun for these bytes.
pub fn upload_of(db: &Connection, part: PartKey, sha256: &Sha256) -> rusqlite::Result<Option<String>> {
    db.query_row(
        "SELECT max(upload) FROM print_file WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3 AND sha256 = ?4",
        params![part.order.to_string(), part.lab.to_string(), part.attempt, sha256.hex()],
        |row| row.get(0),
    )
}

pub fn set_upload(db: &Connection, part: PartKey, sha256: &Sha256, upload: &str) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE print_file SET upload = ?5
         WHERE order_id = ?1 AND lab = ?2 AND attempt = ?3 AND sha256 = ?4",
        params![part.order.to_string(), part.lab.to_string(), part.attempt, sha256.hex(), upload],
    )?;
    Ok(())
}
