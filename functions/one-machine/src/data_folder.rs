//! The data directory: opening it for a command, and for the one process that serves.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow, bail};
use embedded::{SecretsError, SmtpSettings, Store, load_secrets};
use ports::clock::SystemClock;

/// Where the host keeps everything, unless `--data` or DARKSLIDE_HOST_DATA says otherwise.
pub const DEFAULT: &str = "./darkslide-host-data";

const LOCK_FILE: &str = "serve.lock";

/// Opens the store of an initialised data directory with the system's clock.
pub fn open(data: &Path) -> Result<Store> {
    open_with(data, secrets(data)?)
}

/// The same with secrets from elsewhere: of a backup whose records are here, but not whole yet.
pub fn open_with(data: &Path, secrets: ports::Secrets) -> Result<Store> {
    Store::open(data, Arc::new(secrets), Arc::new(SystemClock))
        .with_context(|| format!("The host's data in {} cannot be opened", data.display()))
}

pub fn secrets(data: &Path) -> Result<ports::Secrets> {
    load_secrets(data).map_err(|error| match &error {
        SecretsError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => anyhow!(
            "There is no host in {}. Make one with `darkslide-host --data {0} init --url https://your.address`, \
             or name another folder with --data.",
            data.display()
        ),
        _ => anyhow::Error::new(error)
            .context("The host's secrets cannot be read; restore secrets.json from a backup"),
    })
}

/// Held by the process that serves: two at once would both sweep and both dispatch.
pub struct ServeLock {
    _file: File,
}

impl ServeLock {
    pub fn take(data: &Path) -> Result<Self> {
        let path = data.join(LOCK_FILE);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => bail!(
                "Another darkslide-host serves {} already. Stop it first, or use another --data.",
                data.display()
            ),
            Err(TryLockError::Error(e)) => {
                Err(e).with_context(|| format!("{} cannot be locked", path.display()))
            }
        }
    }

    /// Whether a process serves this directory now.
    pub fn is_taken(data: &Path) -> bool {
        data.join(LOCK_FILE).exists() && Self::take(data).is_err()
    }
}

/// Makes a folder that only its owner can enter.
pub fn create_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Files of a data directory beside the database and the objects.
pub fn secrets_file(data: &Path) -> PathBuf {
    data.join("secrets.json")
}

/// How mails leave, if the operator said so. Mode 0600: it may hold a password.
pub fn mail_file(data: &Path) -> PathBuf {
    data.join("mail.json")
}

pub fn mail_settings(data: &Path) -> Result<Option<SmtpSettings>> {
    let path = mail_file(data);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).with_context(|| format!("{} cannot be read", path.display())),
    };
    let settings = serde_json::from_slice(&text).with_context(|| {
        format!("{} cannot be understood; write it anew with `darkslide-host mail set`", path.display())
    })?;
    Ok(Some(settings))
}
