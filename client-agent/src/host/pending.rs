//! A login that has begun: `login.json`. What was decided before a crash is decided the same way after it.

use std::{fs, io, path::PathBuf};

use domain::id::{MachineId, StudioId};
use serde::{Deserialize, Serialize};

use super::keys::write_private;
use crate::{AgentError, clock, error::What, folders::Folders};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub url: String,
    /// Of the token's first part; the token itself is not kept.
    pub token_hash: String,
    pub studio: StudioId,
    pub studio_name: String,
    /// Chosen once, so that a repeated enrolment meets itself at the host.
    pub machine: MachineId,
    pub machine_name: String,
    pub invited: bool,
}

impl Pending {
    pub fn is_for(&self, url: &str, token: &str) -> bool {
        self.url == url && self.token_hash == token_hash(token)
    }

    pub fn save(&self, folders: &Folders) -> Result<(), AgentError> {
        let text = serde_json::to_vec_pretty(self).what("the login could not be noted")?;
        write_private(&path(folders), &text).what("the login could not be noted")
    }
}

pub fn new_machine() -> MachineId {
    MachineId::from_bytes(clock::random())
}

pub fn token_hash(token: &str) -> String {
    blake3::derive_key("darkslide 2026 token of a login that has begun", token.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// An unreadable note of a login is as good as none: the host tells whether the token is used up.
pub fn find(folders: &Folders) -> Option<Pending> {
    serde_json::from_slice(&fs::read(path(folders)).ok()?).ok()
}

pub fn remove(folders: &Folders) -> io::Result<()> {
    match fs::remove_file(path(folders)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn path(folders: &Folders) -> PathBuf {
    folders.root().join("login.json")
}
