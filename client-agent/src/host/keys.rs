//! Signing keys on this computer's disk: one file each, readable by their owner alone, never half written.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use data_encoding::BASE64;
use domain::id::StudioId;
use ed25519_dalek::SigningKey;

use crate::{
    clock,
    folders::{Folders, make_private_folder},
};

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key {} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the key {} cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} does not hold a key; it was changed or damaged", path.display())]
    Damaged { path: PathBuf },
}

/// The folder with this profile's keys.
#[derive(Clone, Debug)]
pub struct KeyRing {
    folder: PathBuf,
}

impl KeyRing {
    pub fn new(folders: &Folders) -> Self {
        Self { folder: folders.keys() }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Signs for this machine; never leaves it.
    pub fn device(&self) -> Result<Option<SigningKey>, KeyError> {
        self.read("device.key")
    }

    /// Signs for the studio: certifies machines. The studio's machines share it.
    pub fn studio(&self, studio: StudioId) -> Result<Option<SigningKey>, KeyError> {
        self.read(&studio_file(studio))
    }

    /// The device key, made if there is none: a repeated login keeps the one it began with.
    pub fn device_or_new(&self) -> Result<SigningKey, KeyError> {
        self.read_or_new("device.key")
    }

    pub fn studio_or_new(&self, studio: StudioId) -> Result<SigningKey, KeyError> {
        self.read_or_new(&studio_file(studio))
    }

    pub fn keep_studio(&self, studio: StudioId, key: &SigningKey) -> Result<(), KeyError> {
        self.write(&studio_file(studio), key)
    }

    pub fn remove_device(&self) -> Result<(), KeyError> {
        self.remove("device.key")
    }

    /// Without it on any machine the studio can never certify another one.
    pub fn remove_studio(&self, studio: StudioId) -> Result<(), KeyError> {
        self.remove(&studio_file(studio))
    }

    fn remove(&self, name: &str) -> Result<(), KeyError> {
        let path = self.folder.join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(KeyError::Write { path, source }),
            _ => Ok(()),
        }
    }

    fn read_or_new(&self, name: &str) -> Result<SigningKey, KeyError> {
        if let Some(key) = self.read(name)? {
            return Ok(key);
        }
        let key = SigningKey::from_bytes(&clock::random());
        self.write(name, &key)?;
        Ok(key)
    }

    fn read(&self, name: &str) -> Result<Option<SigningKey>, KeyError> {
        let path = self.folder.join(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeyError::Read { path, source }),
        };
        let seed = BASE64.decode(text.trim().as_bytes()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
        seed.map(|seed| Some(SigningKey::from_bytes(&seed))).ok_or(KeyError::Damaged { path })
    }

    fn write(&self, name: &str, key: &SigningKey) -> Result<(), KeyError> {
        let path = self.folder.join(name);
        let text = format!("{}\n", BASE64.encode(&key.to_bytes()));
        write_private(&path, text.as_bytes()).map_err(|source| KeyError::Write { path, source })
    }
}

fn studio_file(studio: StudioId) -> String {
    format!("{studio}.key")
}

/// Writes a whole file for its owner's eyes (0600 in a folder of 0700 on Unix): durable before it appears.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        make_private_folder(folder)?;
    }
    // NamedTempFile is made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    sync_folder(folder)
}

/// On Unix a rename is durable once its folder is; Windows has no such call and needs none.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(profile: &Path) -> KeyRing {
        KeyRing::new(&Folders::find(Some(profile), None).unwrap())
    }

    #[test]
    fn a_key_is_made_once_and_kept_private() {
        let profile = tempfile::tempdir().unwrap();
        let ring = ring(profile.path());
        assert!(ring.device().unwrap().is_none());
        let made = ring.device_or_new().unwrap();
        assert_eq!(ring.device_or_new().unwrap().to_bytes(), made.to_bytes());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&ring.folder().join("device.key")), 0o600);
            assert_eq!(mode(ring.folder()), 0o700);
        }
        ring.remove_device().unwrap();
        assert!(ring.device().unwrap().is_none());
    }

    #[test]
    fn a_damaged_key_is_an_error_and_not_a_new_key() {
        let profile = tempfile::tempdir().unwrap();
        let ring = ring(profile.path());
        write_private(&ring.folder().join("device.key"), b"hello").unwrap();
        assert!(matches!(ring.device_or_new(), Err(KeyError::Damaged { .. })));
    }
}
