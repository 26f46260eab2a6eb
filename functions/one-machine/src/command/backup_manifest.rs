//! What a backup says of itself, and whether that is true.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use domain::hash::Sha256;
use serde::{Deserialize, Serialize};
use sha2::Digest;

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const VERSION: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub version: u32,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// Just before the database was copied; backups of older versions do not say it.
    #[serde(default)]
    records_at: Option<i64>,
    pub site: String,
    pub database_sha256: Sha256,
    pub secrets_sha256: Sha256,
    /// How many objects; their lengths and hashes are in the database.
    pub objects: u64,
    pub bytes: u64,
}

impl Manifest {
    pub fn new(
        records_at: i64,
        made_at: i64,
        site: String,
        hashes: [Sha256; 2],
        objects: (u64, u64),
    ) -> Self {
        let [database_sha256, secrets_sha256] = hashes;
        Self {
            version: VERSION,
            made_at,
            records_at: Some(records_at),
            site,
            database_sha256,
            secrets_sha256,
            objects: objects.0,
            bytes: objects.1,
        }
    }

    /// Everything that was recorded before this moment is in the backup.
    pub fn records_at(&self) -> i64 {
        // Copying the objects took less than a day.
        self.records_at.unwrap_or_else(|| self.made_at.saturating_sub(domain::Millis::DAY))
    }
}

pub(super) fn hash_file(path: &Path) -> std::io::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut hash = sha2::Sha256::default();
    let mut chunk = vec![0; 256 * 1024];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(Sha256(hash.finalize().into())),
            length => hash.update(&chunk[..length]),
        }
    }
}

pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join(embedded::DATABASE_FILE)
}

pub(super) fn read(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!("{} is not a finished backup: {MANIFEST} cannot be read", folder.display())
    })?;
    let manifest: Manifest =
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))?;
    if manifest.version != VERSION {
        anyhow::bail!(
            "{} has version {}; this program reads version {VERSION}. Use the darkslide-host that made it.",
            path.display(),
            manifest.version
        );
    }
    Ok(manifest)
}

/// Everything that is wrong with a backup, by hashing all of it.
pub(super) fn problems(folder: &Path, manifest: &Manifest) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (path, expected) in [
        (database(folder), manifest.database_sha256),
        (crate::data_folder::secrets_file(folder), manifest.secrets_sha256),
    ] {
        match hash_file(&path) {
            Ok(hash) if hash == expected => {}
            Ok(_) => found.push(format!("{} is not what was backed up", path.display())),
            Err(e) => found.push(format!("{} cannot be read: {e}", path.display())),
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let objects = embedded::objects_of_snapshot(&database(folder))?;
    let bytes: u64 = objects.iter().map(|o| o.length).sum();
    if (objects.len() as u64, bytes) != (manifest.objects, manifest.bytes) {
        found.push(format!("{} objects were backed up, {} are named", manifest.objects, objects.len()));
    }
    for object in objects {
        let Some(path) = embedded::object_path(folder, &object.key) else {
            found.push(format!("{:?} is not a key", object.key));
            continue;
        };
        match hash_file(&path) {
            Ok(hash) if Some(hash) == object.sha256 => {}
            Ok(_) => found.push(format!("{} is damaged", object.key)),
            Err(e) => found.push(format!("{} cannot be read: {e}", object.key)),
        }
    }
    Ok(found)
}
