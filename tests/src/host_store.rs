//! What the host really keeps: its objects as files and its records, read behind its back.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use domain::hash::Sha256;

use crate::world::{World, open_read_only};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredObject {
    pub key: String,
    pub length: u64,
    pub sha256: String,
    pub path: PathBuf,
}

impl StoredObject {
    pub fn bytes(&self) -> Result<Vec<u8>> {
        std::fs::read(&self.path).with_context(|| self.path.display().to_string())
    }
    pub fn is_image(&self) -> bool {
        self.key.starts_with("img/")
    }
    pub fn is_relay(&self) -> bool {
        self.key.starts_with("relay/")
    }
}

/// A photo's row: the data and the micro preview's scan, in one item.
#[derive(Clone, Debug)]
pub struct StoredPhoto {
    pub photo: String,
    pub data: serde_json::Value,
    pub micro: Vec<u8>,
    pub micro_size: (u32, u32),
}

impl World {
    pub fn host_database(&self) -> Result<rusqlite::Connection> {
        open_read_only(&self.host_data().join("host.db"))
    }

    /// Every object, each checked against its own record: key, length and hash agree with the file.
    pub fn objects(&self) -> Result<Vec<StoredObject>> {
        let root = self.host_data().join("objects");
        let db = self.host_database()?;
        let mut rows = db.prepare("SELECT key, length, sha256 FROM objects ORDER BY key")?;
        let objects: Vec<StoredObject> = rows
            .query_map([], |row| {
                let key: String = row.get(0)?;
                let path = root.join(&key);
                let stored: String = row.get(2)?;
                Ok(StoredObject { key, length: row.get::<_, i64>(1)? as u64, sha256: stored, path })
            })?
            .collect::<Result<_, _>>()?;
        objects.into_iter().map(checked).collect()
    }

    pub fn photos(&self) -> Result<Vec<StoredPhoto>> {
        let db = self.host_database()?;
        let mut rows = db.prepare(
            "SELECT photo, json, micro, micro_width, micro_height FROM photos WHERE json IS NOT NULL ORDER BY sort_key",
        )?;
        let photos = rows.query_map([], |row| {
            let json: String = row.get(1)?;
            Ok(StoredPhoto {
                photo: row.get(0)?,
                data: serde_json::from_str(&json).unwrap_or_default(),
                micro: row.get(2)?,
                micro_size: (row.get(3)?, row.get(4)?),
            })
        })?;
        Ok(photos.collect::<Result<_, _>>()?)
    }
}

/// Hashes are compared as lower-case hexadecimal, whichever text form the record has.
fn checked(mut object: StoredObject) -> Result<StoredObject> {
    let bytes = object.bytes()?;
    let own = Sha256::of(&bytes);
    ensure!(
        bytes.len() as u64 == object.length,
        "{}: {} bytes, recorded {}",
        object.key,
        bytes.len(),
        object.length
    );
    ensure!(
        [own.hex(), own.base64()].contains(&object.sha256),
        "{}: SHA-256 is {}, recorded {}",
        object.key,
        own,
        object.sha256
    );
    object.sha256 = own.hex();
    Ok(object)
}
