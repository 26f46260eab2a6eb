//! A host for this crate's tests: the same ports on SQLite, so that no cloud is needed to try the rules.

#![allow(clippy::unwrap_used, reason = "a failure in a test is to be loud")]

use std::sync::Arc;

use ports::{Ports, clock::TestClock};

pub struct Trial {
    pub ports: Ports,
    _folder: tempfile::TempDir,
}

pub fn host() -> Trial {
    let folder = tempfile::tempdir().unwrap();
    let secrets = embedded::create_secrets(folder.path(), "https://photos.example").unwrap();
    let clock = Arc::new(TestClock::at(1_700_000_000_000));
    let store = embedded::Store::open(folder.path(), Arc::new(secrets), clock).unwrap();
    Trial { ports: store.ports(), _folder: folder }
}
