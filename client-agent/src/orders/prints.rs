//! Rendered print files on their way to the host: kept by content, removed when the lab's part is complete.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use domain::{hash::Sha256, id::OrderId};

use crate::{folders::Folders, host::keys::write_private};

#[derive(Clone, Debug)]
pub struct Prints {
    folder: PathBuf,
}

/// Held by the one process that does a work; a second one leaves it to it.
#[derive(Debug)]
pub struct Lock {
    _file: fs::File,
}

impl Prints {
    pub fn new(folders: &Folders) -> Self {
        Self { folder: folders.root().join("prints") }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `None` while another process of this profile does the same work. The system frees the lock when a process dies.
    pub fn lock(&self, work: &str) -> io::Result<Option<Lock>> {
        fs::create_dir_all(&self.folder)?;
        let file = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join(format!("{work}.lock")))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(e)) => Err(e),
        }
    }

    /// Durable when it returns.
    pub fn keep(&self, order: OrderId, sha256: &Sha256, bytes: &[u8]) -> io::Result<()> {
        write_private(&self.path(order, sha256), bytes)
    }

    /// `None` if it is not there or not whole: then it is rendered again.
    pub fn read(&self, order: OrderId, sha256: &Sha256) -> Option<Bytes> {
        let bytes = fs::read(self.path(order, sha256)).ok()?;
        (Sha256::of(&bytes) == *sha256).then(|| bytes.into())
    }

    /// Whether it is there; its content is checked when it is read.
    pub fn has(&self, order: OrderId, sha256: &Sha256, length: u64) -> bool {
        fs::metadata(self.path(order, sha256)).is_ok_and(|m| m.len() == length)
    }

    /// Nothing depends on it: what is left over is removed with the next order that ends.
    pub fn remove(&self, order: OrderId) {
        let _ = fs::remove_dir_all(self.folder.join(order.to_string()));
    }

    fn path(&self, order: OrderId, sha256: &Sha256) -> PathBuf {
        self.folder.join(order.to_string()).join(format!("{}.jpg", sha256.hex()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_is_not_there_and_only_one_sends() {
        let profile = tempfile::tempdir().unwrap();
        let prints = Prints::new(&Folders::find(Some(profile.path()), None).unwrap());
        let (order, bytes) = (OrderId::from_bytes([1; 16]), b"a print");
        let sha256 = Sha256::of(bytes);
        prints.keep(order, &sha256, bytes).unwrap();
        assert_eq!(prints.read(order, &sha256).unwrap(), &bytes[..]);
        assert!(prints.has(order, &sha256, 7) && !prints.has(order, &sha256, 8));
        fs::write(prints.path(order, &sha256), b"a prnt").unwrap();
        assert!(prints.read(order, &sha256).is_none());
        let sending = prints.lock("sending").unwrap();
        assert!(sending.is_some() && prints.lock("sending").unwrap().is_none());
        assert!(prints.lock("files").unwrap().is_some(), "files go beside prints");
        drop(sending);
        assert!(prints.lock("sending").unwrap().is_some());
    }
}
