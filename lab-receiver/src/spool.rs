//! Print files on the lab's disk: fetched, checked against the signed manifest, then given their name.
//!
//! A file stands under its final name only when it is whole, right and durable.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use domain::{hash::Sha256, id::OrderId};
use wire::manifest::ManifestFile;

use crate::{
    home::{Home, write_durably},
    verify::jpeg_size,
};

/// `spool/<order>/<attempt>/<sha256>.jpg`
#[derive(Clone, Debug)]
pub struct Spool {
    dir: PathBuf,
}

impl Spool {
    pub fn of(home: &Home, order: OrderId, attempt: u32) -> Self {
        Self { dir: home.spool().join(order.to_string()).join(attempt.to_string()) }
    }

    pub fn path(&self, sha256_hex: &str) -> PathBuf {
        self.dir.join(format!("{sha256_hex}.jpg"))
    }

    /// A note beside the files, by its name without an ending.
    pub fn note(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.json"))
    }

    /// Whether the file is here and, read again from the disk, still what was signed.
    pub fn holds(&self, file: &ManifestFile) -> bool {
        fs::read(self.path(&file.sha256.hex())).is_ok_and(|bytes| check(&bytes, file).is_ok())
    }

    /// Keeps what was downloaded, if it is what was signed.
    pub fn put(&self, bytes: &[u8], file: &ManifestFile) -> Result<Result<(), String>> {
        if let Err(why) = check(bytes, file) {
            return Ok(Err(why));
        }
        fs::create_dir_all(&self.dir)
            .with_context(|| format!("cannot make the folder {}", self.dir.display()))?;
        write_durably(&self.path(&file.sha256.hex()), bytes, 0o600)?;
        Ok(Ok(()))
    }

    /// The file's bytes, checked once more: what is printed is what was signed, whatever the disk did.
    pub fn read(&self, file: &ManifestFile) -> Result<Vec<u8>> {
        let path = self.path(&file.sha256.hex());
        let bytes =
            fs::read(&path).with_context(|| format!("cannot read the spooled file {}", path.display()))?;
        match check(&bytes, file) {
            Ok(()) => Ok(bytes),
            Err(why) => anyhow::bail!("the spooled file {} was changed: {why}", path.display()),
        }
    }
}

/// Length, hash and pixel size against the manifest.
pub fn check(bytes: &[u8], file: &ManifestFile) -> Result<(), String> {
    if bytes.len() as u64 != file.length {
        return Err(format!("it has {} bytes, but {} were signed", bytes.len(), file.length));
    }
    if Sha256::of(bytes) != file.sha256 {
        return Err("its SHA-256 is not the one that was signed: it was changed on the way".to_owned());
    }
    match jpeg_size(bytes) {
        Some(size) if size == (file.width, file.height) => Ok(()),
        Some((w, h)) => {
            Err(format!("it has {w} × {h} pixels, but {} × {} were signed", file.width, file.height))
        }
        None => Err("it is not a JPEG file".to_owned()),
    }
}

/// Removes the files of an order, and its folder.
pub fn remove(home: &Home, order: OrderId) -> Result<()> {
    let dir = home.spool().join(order.to_string());
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// What was being written when the power went.
pub fn remove_unfinished(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            remove_unfinished(&path);
        } else if path.extension().is_some_and(|e| e == "part") {
            let _ = fs::remove_file(path);
        }
    }
}
