//! What an agent says it has sent, and what its catalog holds: read from its own database.

use anyhow::Result;
use rusqlite::OptionalExtension;

use crate::world::Machine;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    pub key: String,
    pub kind: String,
    pub length: u64,
    pub sha256: String,
}

/// A rendition with its pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeRendition {
    pub file: String,
    pub kind: String,
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

impl Machine {
    pub fn ledger(&self) -> Result<Vec<LedgerRow>> {
        let db = self.catalog()?;
        let mut rows = db.prepare("SELECT key, kind, length, sha256 FROM ledger ORDER BY key")?;
        let rows = rows.query_map([], |row| {
            let sha256: Vec<u8> = row.get(3)?;
            Ok(LedgerRow {
                key: row.get(0)?,
                kind: row.get(1)?,
                length: row.get::<_, i64>(2)? as u64,
                sha256: hex(&sha256),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every rendition of the present version of each photo, by file name.
    pub fn renditions(&self) -> Result<Vec<MadeRendition>> {
        let db = self.catalog()?;
        db.execute_batch(&format!(
            "ATTACH 'file:{}?mode=ro' AS pixel_store",
            self.config.join("renditions.db").display()
        ))?;
        let mut rows = db.prepare(
            "SELECT (SELECT name FROM place WHERE version = r.version ORDER BY path LIMIT 1), r.kind, r.width,
                    r.height, p.bytes
             FROM rendition r JOIN pixel_store.pixels p ON p.sha256 = r.sha256
             WHERE r.made_at = (SELECT max(made_at) FROM rendition WHERE version = r.version AND kind = r.kind)
             ORDER BY 1, 2",
        )?;
        let rows = rows.query_map([], |row| {
            Ok(MadeRendition {
                file: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
                kind: row.get(1)?,
                width: row.get(2)?,
                height: row.get(3)?,
                bytes: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Kinds of renditions that exist of a file, in the order of the alphabet.
    pub fn kinds_of(&self, file: &str) -> Result<Vec<String>> {
        let mut kinds: Vec<String> =
            self.renditions()?.into_iter().filter(|r| r.file == file).map(|r| r.kind).collect();
        kinds.dedup();
        Ok(kinds)
    }

    pub fn rendition(&self, file: &str, kind: &str) -> Result<MadeRendition> {
        let found = self.renditions()?.into_iter().find(|r| r.file == file && r.kind == kind);
        found.ok_or_else(|| anyhow::anyhow!("{file} has no {kind} in the catalog of {}", self.name))
    }

    /// One value from the catalog, if there is a row.
    pub fn catalog_value<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<Option<T>> {
        Ok(self.catalog()?.query_row(sql, [], |row| row.get(0)).optional()?)
    }

    pub fn count(&self, sql: &str) -> Result<u64> {
        Ok(self.catalog_value::<i64>(sql)?.unwrap_or(0) as u64)
    }
}
