//! One daemon a profile. The lock is the system's own, so it is free again when the process is gone.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::PathBuf,
};

use super::health::Heartbeat;
use crate::{AgentError, error::What, folders::Folders};

#[derive(Debug)]
pub struct DaemonLock {
    _file: File,
}

pub fn take(folders: &Folders) -> Result<DaemonLock, AgentError> {
    let file = open(folders).what("the daemon's lock file cannot be made")?;
    match file.try_lock() {
        Ok(()) => Ok(DaemonLock { _file: file }),
        Err(TryLockError::WouldBlock) => {
            let who = Heartbeat::read(folders).map_or_else(String::new, |b| format!(" (process {})", b.pid));
            Err(AgentError::new("darkslide runs for this profile already")
                .why(format!("another process holds {}{who}", path(folders).display()))
                .fix("nothing to do; commands work beside it. To start it anew, end that process first"))
        }
        Err(TryLockError::Error(e)) => Err(e).what("the daemon's lock file cannot be locked"),
    }
}

/// Whether a daemon runs now.
pub fn is_taken(folders: &Folders) -> bool {
    open(folders).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn open(folders: &Folders) -> std::io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path(folders))
}

fn path(folders: &Folders) -> PathBuf {
    folders.root().join("daemon.lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_is_told_and_a_dead_one_is_no_hindrance() {
        let profile = tempfile::tempdir().unwrap();
        let folders = Folders::find(Some(profile.path()), None).unwrap();
        let first = take(&folders).unwrap();
        assert!(is_taken(&folders));
        assert!(take(&folders).unwrap_err().to_string().contains("runs for this profile already"));
        drop(first);
        assert!(!is_taken(&folders));
        take(&folders).unwrap();
    }
}
