//! The host's keys in one file that only its user can read.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use data_encoding::BASE64;
use domain::access::cookie::CookieKey;
use ports::Secrets;
use serde::{Deserialize, Serialize};

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("{} is there already", path.display())]
    Exists { path: PathBuf },
    #[error("{} cannot be read or written", path.display())]
    Io {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{} is not a secrets file", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("the operating system gave no random bytes")]
    Random(getrandom::Error),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    site: String,
    code_hash: String,
    object_key: String,
    session: String,
    grant: String,
    /// Newest first.
    cookie: Vec<StoredCookieKey>,
}

#[derive(Serialize, Deserialize)]
struct StoredCookieKey {
    generation: u32,
    secret: String,
}

/// Name of the file within a data directory.
pub(crate) const FILE: &str = "secrets.json";

/// Makes fresh secrets for `site`, durably, mode 0600. Refuses to touch a file that is there: a host with
/// other secrets would not know its own codes and objects.
pub fn create(data: &Path, site: &str) -> Result<Secrets, SecretsError> {
    let path = data.join(FILE);
    let stored = Stored {
        site: site.trim_end_matches('/').to_owned(),
        code_hash: random()?,
        object_key: random()?,
        session: random()?,
        grant: random()?,
        cookie: vec![StoredCookieKey { generation: 1, secret: random()? }],
    };
    let io = |source| SecretsError::Io { path: path.clone(), source };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => SecretsError::Exists { path: path.clone() },
        _ => io(source),
    })?;
    let json = serde_json::to_vec_pretty(&stored)
        .map_err(|e| SecretsError::Unreadable { path: path.clone(), source: e.into() })?;
    file.write_all(&json).and_then(|()| file.sync_all()).map_err(io)?;
    std::fs::File::open(data).and_then(|folder| folder.sync_all()).map_err(io)?;
    understand(stored).map_err(|source| SecretsError::Unreadable { path: path.clone(), source })
}

pub fn load(data: &Path) -> Result<Secrets, SecretsError> {
    let path = data.join(FILE);
    let text =
        std::fs::read_to_string(&path).map_err(|source| SecretsError::Io { path: path.clone(), source })?;
    serde_json::from_str(&text)
        .map_err(Into::into)
        .and_then(understand)
        .map_err(|source| SecretsError::Unreadable { path: path.clone(), source })
}

fn random() -> Result<String, SecretsError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(SecretsError::Random)?;
    Ok(BASE64.encode(&bytes))
}

fn understand(stored: Stored) -> Result<Secrets, Box<dyn std::error::Error + Send + Sync>> {
    let bytes = |text: &str| -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        let bytes = BASE64.decode(text.as_bytes())?;
        if bytes.len() < 16 { Err("a secret is shorter than 128 bits".into()) } else { Ok(bytes) }
    };
    let mut cookie = Vec::new();
    for key in stored.cookie.iter().take(2) {
        cookie.push(CookieKey { generation: key.generation, secret: bytes(&key.secret)? });
    }
    if cookie.is_empty() {
        return Err("there is no cookie key".into());
    }
    Ok(Secrets {
        code_hash: bytes(&stored.code_hash)?,
        object_key: bytes(&stored.object_key)?,
        session: bytes(&stored.session)?,
        grant: bytes(&stored.grant)?,
        cookie,
        https: stored.site.starts_with("https://"),
        site: stored.site,
    })
}
