//! Objects as files: written under another name, made durable, renamed, and only then known.
//!
//! The record in the database is the truth. A file without a record is an interrupted upload; a record
//! without a file must not happen, and `check` looks for both.

use std::{
    collections::HashSet,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Millis, hash::Sha256};
use ports::{Blobs, Page, PortError, PortResult, blobs::ObjectInfo};
use rusqlite::{Connection, Row, params};
use sha2::Digest;

use crate::{OBJECTS_FOLDER, OpenError, Store, cursor, document, events, fault::Step, grants::Refused};

const UNDER_WAY: &str = "objects.tmp";
/// Bytes gathered before they are handed to the disk.
const CHUNK: usize = 256 * 1024;

pub(crate) struct Objects {
    folder: PathBuf,
    under_way: PathBuf,
    /// Keys that are being written or deleted.
    busy: Arc<Mutex<HashSet<String>>>,
}

impl Objects {
    pub(crate) fn open(data: &Path) -> Result<Self, OpenError> {
        let (folder, under_way) = (data.join(OBJECTS_FOLDER), data.join(UNDER_WAY));
        for path in [&folder, &under_way] {
            std::fs::create_dir_all(path)
                .map_err(|source| OpenError::Folder { path: path.clone(), source })?;
        }
        Ok(Self { folder, under_way, busy: Arc::default() })
    }

    pub(crate) fn path(&self, key: &str) -> PortResult<PathBuf> {
        if !is_safe(key) {
            return Err(PortError::invalid("the object key", "it has a form this store does not take"));
        }
        Ok(self.folder.join(key))
    }

    /// Nobody else writes or deletes this key while the guard lives.
    fn occupy(&self, key: &str) -> Option<Busy> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(key.to_owned()).then(|| Busy { keys: self.busy.clone(), key: key.to_owned() })
    }

    async fn occupy_when_free(&self, key: &str) -> Busy {
        loop {
            match self.occupy(key) {
                Some(guard) => return guard,
                None => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
            }
        }
    }
}

struct Busy {
    keys: Arc<Mutex<HashSet<String>>>,
    key: String,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Segments of letters, digits, `-`, `_` and inner dots: nothing that climbs, hides or means another thing
/// on another file system.
pub(crate) fn is_safe(key: &str) -> bool {
    let segment = |s: &str| {
        !s.is_empty()
            && s.len() <= 120
            && !s.starts_with('.')
            && !s.ends_with('.')
            && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    key.len() <= 500 && key.split('/').all(segment)
}

fn info(row: &Row<'_>) -> Step<ObjectInfo> {
    let sha256 = document::id(row, "sha256")?;
    Ok(ObjectInfo {
        key: row.get("key")?,
        length: row.get("length")?,
        content_type: row.get("content_type")?,
        sha256: Some(sha256),
        stored_at: Millis(row.get("stored_at")?),
    })
}

pub(crate) fn head(db: &Connection, key: &str) -> Step<Option<ObjectInfo>> {
    let mut statement = db.prepare_cached("SELECT * FROM objects WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(info).transpose()
}

pub(crate) fn all(db: &Connection) -> Step<Vec<ObjectInfo>> {
    let mut statement = db.prepare("SELECT * FROM objects ORDER BY key")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(info(row)?);
    }
    Ok(found)
}

/// A stored object, opened for reading.
pub struct OpenObject {
    pub info: ObjectInfo,
    pub file: File,
}

/// Bytes on their way into the store. Dropping it forgets them.
pub struct Upload {
    store: Store,
    key: String,
    length: u64,
    content_type: String,
    sha256: Option<Sha256>,
    path: PathBuf,
    file: Option<File>,
    gathered: Vec<u8>,
    received: u64,
    hash: sha2::Sha256,
    _busy: Busy,
}

impl Upload {
    /// Takes the next bytes; refuses at once when they are more than was granted.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.received += bytes.len() as u64;
        if self.received > self.length {
            return Err(Refused::WrongLength { granted: self.length, sent: self.received });
        }
        self.hash.update(bytes);
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= CHUNK { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), Refused> {
        let Some(mut file) = self.file.take() else { return Err(Refused::disk("the upload was ended")) };
        let gathered = std::mem::take(&mut self.gathered);
        let (file, gathered) = blocking(move || {
            file.write_all(&gathered)?;
            Ok((file, gathered))
        })
        .await?;
        self.gathered = gathered;
        self.gathered.clear();
        self.file = Some(file);
        Ok(())
    }

    /// Makes the object durable and known, with its event. False: it was known already.
    pub async fn finish(mut self) -> Result<bool, Refused> {
        if self.received != self.length {
            return Err(Refused::WrongLength { granted: self.length, sent: self.received });
        }
        let sha256 = Sha256(std::mem::take(&mut self.hash).finalize().into());
        if self.sha256.is_some_and(|granted| granted != sha256) {
            return Err(Refused::WrongHash);
        }
        self.flush().await?;
        let target = self.store.0.objects.path(&self.key)?;
        let (file, from) = (self.file.take(), self.path.clone());
        let root = self.store.0.objects.folder.clone();
        blocking(move || {
            if let Some(file) = file {
                file.sync_all()?;
            }
            move_durably(&from, &target, &root)
        })
        .await?;
        let store = self.store.clone();
        let (key, length, kind) = (self.key.clone(), self.length, self.content_type.clone());
        let now = store.0.clock.now();
        let (new, rings) = store
            .0
            .database
            .write(move |db| {
                let new = db
                    .prepare_cached(
                        "INSERT OR IGNORE INTO objects (key, length, content_type, sha256, stored_at)
                         VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute(params![key, length, kind, sha256.hex(), now.0])?
                    == 1;
                let event = if new { events::object_stored(db, &key, now)? } else { None };
                Ok((new, event))
            })
            .await?;
        if let Some(kind) = rings {
            store.bell(kind).notify_one();
        }
        Ok(new)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // After a success there is nothing under this name any more.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Renames, and makes the name durable together with any folder made for it.
fn move_durably(from: &Path, to: &Path, root: &Path) -> std::io::Result<()> {
    let mut made = Vec::new();
    let folder = to.parent().unwrap_or(root);
    let mut missing = folder;
    while missing.starts_with(root) && !missing.exists() {
        made.push(missing.to_owned());
        missing = missing.parent().unwrap_or(root);
    }
    std::fs::create_dir_all(folder)?;
    std::fs::rename(from, to)?;
    File::open(folder)?.sync_all()?;
    for new in made {
        File::open(new.parent().unwrap_or(root))?.sync_all()?;
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> PortResult<T> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| PortError::unavailable("the host's disk", e);
    tokio::task::spawn_blocking(work).await.map_err(|e| failed(e.into()))?.map_err(|e| failed(e.into()))
}

impl Store {
    /// Starts to store an object; refused when it is there (412) or on its way (409).
    pub(crate) async fn begin_upload(
        &self,
        key: &str,
        length: u64,
        content_type: &str,
        sha256: Option<Sha256>,
    ) -> Result<Upload, Refused> {
        self.0.objects.path(key)?;
        let busy = self.0.objects.occupy(key).ok_or(Refused::UnderWay)?;
        if self.head(key).await?.is_some() {
            return Err(Refused::ThereAlready);
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|e| PortError::unavailable("random bytes", e))?;
        let path = self.0.objects.under_way.join(data_encoding::HEXLOWER.encode(&random));
        let file = blocking({
            let path = path.clone();
            move || File::create_new(path)
        })
        .await?;
        Ok(Upload {
            store: self.clone(),
            key: key.to_owned(),
            length,
            content_type: content_type.to_owned(),
            sha256,
            path,
            file: Some(file),
            gathered: Vec::new(),
            received: 0,
            hash: sha2::Sha256::default(),
            _busy: busy,
        })
    }

    /// Removes what interrupted uploads left behind. Only the serving process does this, at its start.
    pub fn sweep_uploads(&self) -> std::io::Result<u64> {
        let mut removed = 0;
        for entry in std::fs::read_dir(&self.0.objects.under_way)? {
            std::fs::remove_file(entry?.path())?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Opens an object for streaming.
    pub async fn open_object(&self, key: &str) -> PortResult<Option<OpenObject>> {
        let path = self.0.objects.path(key)?;
        let Some(info) = self.head(key).await? else { return Ok(None) };
        let file = blocking(move || File::open(path)).await?;
        Ok(Some(OpenObject { info, file }))
    }
}

#[async_trait]
impl Blobs for Store {
    async fn put_new(&self, key: &str, bytes: Bytes, content_type: &str) -> PortResult<bool> {
        loop {
            match self.begin_upload(key, bytes.len() as u64, content_type, None).await {
                Ok(mut upload) => {
                    upload.write(&bytes).await?;
                    return Ok(upload.finish().await?);
                }
                Err(Refused::ThereAlready) => return Ok(false),
                // Whoever is at it may yet fail.
                Err(Refused::UnderWay) => drop(self.0.objects.occupy_when_free(key).await),
                Err(refused) => return Err(refused.into()),
            }
        }
    }

    async fn get(&self, key: &str) -> PortResult<Option<Bytes>> {
        let path = self.0.objects.path(key)?;
        if self.head(key).await?.is_none() {
            return Ok(None);
        }
        blocking(move || std::fs::read(path)).await.map(|bytes| Some(bytes.into()))
    }

    async fn head(&self, key: &str) -> PortResult<Option<ObjectInfo>> {
        let key = key.to_owned();
        self.0.database.read(move |db| head(db, &key)).await
    }

    async fn delete(&self, keys: &[String]) -> PortResult<()> {
        for key in keys {
            let path = self.0.objects.path(key)?;
            let _busy = self.0.objects.occupy_when_free(key).await;
            let key = key.clone();
            self.0
                .database
                .write(move |db| {
                    Ok(db.prepare_cached("DELETE FROM objects WHERE key = ?1")?.execute([key]).map(drop)?)
                })
                .await?;
            blocking(move || match std::fs::remove_file(path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
                _ => Ok(()),
            })
            .await?;
        }
        Ok(())
    }

    async fn list(&self, prefix: &str, cursor: Option<&str>, limit: u32) -> PortResult<Page<ObjectInfo>> {
        let after = cursor::text(cursor)?;
        let prefix = prefix.to_owned();
        let found = self
            .0
            .database
            .read(move |db| {
                // Keys are ASCII: what starts with the prefix lies between it and it with the last code point.
                let mut statement = db.prepare_cached(
                    "SELECT * FROM objects WHERE key >= ?1 AND key < ?1 || char(1114111) AND key > ?2
                     ORDER BY key LIMIT ?3",
                )?;
                let mut rows = statement.query(params![prefix, after, cursor::one_more(limit)])?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(info(row)?);
                }
                Ok(found)
            })
            .await?;
        Ok(cursor::page(found, limit, |o: &ObjectInfo| o.key.clone()))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_cannot_climb() {
        for bad in
            ["", "/", "a//b", "../x", "a/../b", "a/.hidden", "a\\b", "a b", "a/\u{e9}", "C:", "a.", "a/"]
        {
            assert!(!super::is_safe(bad), "{bad:?}");
        }
        assert!(super::is_safe("img/gal_abc/x2"));
        assert!(super::is_safe("relay/ord_a/lab_b/1/mac_c/manifest.json"));
    }
}
