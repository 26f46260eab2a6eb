//! How the daemon is: kept in memory, written to `daemon.json` for `darkslide status`.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::{AgentError, clock, folders::Folders, host::keys::write_private};

/// What does not work just now, by part.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<BTreeMap<&'static str, String>>>);

impl Health {
    /// Returns whether it is news: it did not work before.
    pub fn well(&self, name: &'static str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name).is_some()
    }

    /// Returns whether it is news.
    pub fn unwell(&self, name: &'static str, error: &AgentError) -> bool {
        let words = error.to_string();
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, words.clone());
        before.as_deref() != Some(words.as_str())
    }

    pub fn snapshot(&self) -> BTreeMap<String, String> {
        let troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.iter().map(|(name, words)| ((*name).to_owned(), words.clone())).collect()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Heartbeat {
    pub pid: u32,
    pub started_at: i64,
    pub at: i64,
    pub troubles: BTreeMap<String, String>,
}

impl Heartbeat {
    pub fn write(folders: &Folders, started_at: i64, health: &Health) {
        let beat =
            Self { pid: std::process::id(), started_at, at: clock::now().0, troubles: health.snapshot() };
        let written = serde_json::to_vec(&beat).map(|text| write_private(&path(folders), &text));
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!("{} could not be written", path(folders).display());
        }
    }

    pub fn read(folders: &Folders) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path(folders)).ok()?).ok()
    }
}

fn path(folders: &Folders) -> PathBuf {
    folders.root().join("daemon.json")
}
