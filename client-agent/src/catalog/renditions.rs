//! Renditions: which were made of what (`catalog.db`), and their pixels by hash (`renditions.db`).

use bytes::Bytes;
use domain::hash::{Sha256, VersionHash};
use rusqlite::{OptionalExtension, params};

use super::Catalog;
use crate::{clock, error::AgentError};

/// A micro preview is kept like a rendition under this kind.
pub const MICRO: &str = "micro";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub width: u32,
    pub height: u32,
    pub length: u64,
    pub sha256: Sha256,
}

/// A rendition that was just rendered.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub kind: &'static str,
    pub recipe: [u8; 32],
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

impl Catalog {
    pub fn made(
        &self,
        version: VersionHash,
        kind: &str,
        recipe: &[u8; 32],
    ) -> Result<Option<Made>, AgentError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT width, height, length, sha256 FROM rendition WHERE version = ?1 AND kind = ?2 AND recipe = ?3",
            )?
            .query_row(params![version.0, kind, recipe], |row| {
                Ok(Made {
                    width: row.get(0)?,
                    height: row.get(1)?,
                    length: row.get::<_, i64>(2)? as u64,
                    sha256: Sha256(row.get(3)?),
                })
            })
            .optional()
        })
    }

    /// Pixels first, in a transaction of their own, then the rows that name them.
    pub fn keep_renditions(&self, version: VersionHash, fresh: &[Fresh]) -> Result<(), AgentError> {
        let now = clock::now().0;
        let hashes: Vec<Sha256> = fresh.iter().map(|f| Sha256::of(&f.bytes)).collect();
        self.write(|tx| {
            let mut statement = tx.prepare_cached(
                "INSERT INTO renditions.pixels (sha256, bytes, made_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (sha256) DO UPDATE SET made_at = ?3",
            )?;
            for (one, sha256) in fresh.iter().zip(&hashes) {
                statement.execute(params![sha256.0, one.bytes, now])?;
            }
            Ok(())
        })?;
        self.write(|tx| {
            let mut statement = tx.prepare_cached(
                "INSERT INTO rendition (version, kind, recipe, width, height, length, sha256, made_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET width = ?4, height = ?5, length = ?6, sha256 = ?7, made_at = ?8",
            )?;
            for (one, sha256) in fresh.iter().zip(&hashes) {
                statement.execute(params![
                    version.0,
                    one.kind,
                    one.recipe,
                    one.width,
                    one.height,
                    one.bytes.len() as i64,
                    sha256.0,
                    now
                ])?;
            }
            Ok(())
        })
    }

    pub fn pixels(&self, sha256: &Sha256) -> Result<Option<Bytes>, AgentError> {
        self.read(|c| {
            c.prepare_cached("SELECT bytes FROM renditions.pixels WHERE sha256 = ?1")?
                .query_row([&sha256.0], |row| row.get::<_, Vec<u8>>(0).map(Bytes::from))
                .optional()
        })
    }
}
