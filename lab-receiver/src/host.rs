//! The host as this lab sees it.

use std::time::Duration;

use anyhow::{Context, Result};
use ed25519_dalek::SigningKey;
use queue_client::{ClientOptions, HostClient, HostError, Subject};

use crate::{config::Config, home::Home, journal::settings::Enrolment};

pub fn options(ca_pem: Option<Vec<u8>>) -> ClientOptions {
    ClientOptions {
        ca_pem,
        user_agent: concat!("darkslide-lab/", env!("CARGO_PKG_VERSION")).to_owned(),
        timeout: Duration::from_secs(30),
        throttle: None,
    }
}

/// The authority file that `lab.toml` names.
pub fn authority(home: &Home, config: &Config) -> Result<Option<Vec<u8>>> {
    let Some(path) = &config.ca else { return Ok(None) };
    let path = home.resolve(path);
    let pem = std::fs::read(&path);
    pem.map(Some).with_context(|| format!("cannot read {}, the ca of lab.toml", path.display()))
}

pub fn client(home: &Home, config: &Config, enrolment: &Enrolment, key: SigningKey) -> Result<HostClient> {
    let options = options(authority(home, config)?);
    HostClient::new(&enrolment.host, Subject::Lab(enrolment.lab), key, &options).map_err(explain)
}

/// The error with what to do about it, for people.
pub fn explain(error: HostError) -> anyhow::Error {
    match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\n{hint}"),
        None => anyhow::anyhow!("{error}"),
    }
}
