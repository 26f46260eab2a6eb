//! Which host and studio this machine belongs to: `account.json`, written once a login is complete.

use std::{fs, io, path::PathBuf};

use domain::{
    id::{MachineId, StudioId},
    studio::{PublicKey, Signature},
};
use serde::{Deserialize, Serialize};
use wire::manifest::MachineCertificate;

use super::keys::write_private;
use crate::{AgentError, Context, error::What, folders::Folders};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The host's origin, `https://photos.example.com`.
    pub url: String,
    pub studio: StudioId,
    pub studio_name: String,
    pub studio_key: PublicKey,
    pub machine: MachineId,
    pub machine_name: String,
    pub device_key: PublicKey,
    pub certificate: Signature,
    /// Came by an invitation: the first machine of the studio checked the labs by their codes.
    pub invited: bool,
    /// Of the token it came with: the same login again is told apart from another one.
    pub token_hash: String,
    /// Certificates trusted besides the system's, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_pem: Option<String>,
    /// Somebody decided that http:// is good enough beyond this computer.
    #[serde(default)]
    pub insecure_http: bool,
}

impl Account {
    pub fn certificate(&self) -> MachineCertificate {
        MachineCertificate {
            studio: self.studio,
            machine: self.machine,
            device_key: self.device_key,
            studio_key: self.studio_key,
            signature: self.certificate,
        }
    }

    pub fn save(&self, folders: &Folders) -> Result<(), AgentError> {
        let path = path(folders);
        let text = serde_json::to_vec_pretty(self).what("the account could not be written")?;
        write_private(&path, &text).what(format!("{} could not be written", path.display())).map_err(|e| {
            e.fix("make room on the disk and the folder writable, then run the same command again")
        })
    }
}

pub fn path(folders: &Folders) -> PathBuf {
    folders.root().join("account.json")
}

/// The account, if this machine has logged in.
pub fn find(folders: &Folders) -> Result<Option<Account>, AgentError> {
    let path = path(folders);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).what(format!("{} cannot be read", path.display())),
    };
    serde_json::from_str(&text).map(Some).what(format!("{} is damaged", path.display())).map_err(|e| {
        e.fix("restore it from a backup, or run `darkslide logout` and log in again with a new token")
    })
}

/// The account, or what to do without one.
pub fn required(ctx: &Context) -> Result<Account, AgentError> {
    find(&ctx.folders)?.ok_or_else(|| {
        AgentError::new("this computer is not connected to a host yet")
            .why(format!("there is no login in {}", ctx.folders.root().display()))
            .fix("run `darkslide login URL --token TOKEN`; the operator of the host gives you both")
    })
}
