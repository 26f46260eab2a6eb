//! Where the desk is: its port and key, kept in the profile (`desk.json`, readable by its owner only).

use std::{io, time::Duration};

use data_encoding::BASE32_NOPAD;
use queue_client::{ClientOptions, HostClient};
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use crate::{AgentError, clock, error::What, folders::Folders, host::keys::write_private};

const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Serialize, Deserialize)]
struct Written {
    key: String,
    port: u16,
}

#[derive(Clone, Copy)]
pub struct Address {
    pub secret: Secret,
    /// 0: none was chosen yet.
    pub port: u16,
}

#[derive(Deserialize)]
struct Hello {
    proof: String,
}

impl Address {
    /// As it was last time, or a new key.
    pub fn load(folders: &Folders) -> Self {
        let read = || -> Option<Self> {
            let written: Written = serde_json::from_slice(&std::fs::read(path(folders)).ok()?).ok()?;
            let key = BASE32_NOPAD.decode(written.key.as_bytes()).ok()?;
            Some(Self { secret: Secret(key.try_into().ok()?), port: written.port })
        };
        read().unwrap_or_else(|| Self { secret: Secret::new(), port: 0 })
    }

    pub fn save(&self, folders: &Folders) -> Result<(), AgentError> {
        let written = Written { key: BASE32_NOPAD.encode(&self.secret.0), port: self.port };
        let text = serde_json::to_vec(&written).map_err(io::Error::other);
        text.and_then(|text| write_private(&path(folders), &text))
            .what("the desk's address cannot be kept in the profile")
            .map_err(|e| e.fix("make the folder of the profile writable for this user"))
    }

    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Opens the page, once. The secret is in the fragment, which no browser sends and no log sees.
    pub fn link(&self) -> String {
        format!("{}/#{}", self.origin(), self.secret.link(clock::now()))
    }

    /// Whether the desk answers there now, and not somebody else who has its port.
    pub async fn answers(&self) -> bool {
        if self.port == 0 {
            return false;
        }
        let nonce = BASE32_NOPAD.encode(&clock::random::<16>());
        let options = ClientOptions { timeout: PATIENCE, ..ClientOptions::default() };
        let Ok(client) = HostClient::anonymous(&self.origin(), &options) else { return false };
        let asked = client.get::<Hello>(&format!("/api/hello?nonce={nonce}")).await;
        asked.is_ok_and(|hello| hello.proof == self.secret.hello(&nonce))
    }
}

fn path(folders: &Folders) -> std::path::PathBuf {
    folders.root().join("desk.json")
}
