//! A file in parts, each sent once. The host knows which are there, so an interrupted upload goes on with the next
//! one that is missing.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use bytes::Bytes;
use domain::hash::Sha256;
use rusqlite::Connection;
use serde::Serialize;
use sha2::Digest;
use wire::orders::{AskDigitalParts, AskRelayParts, PART_BYTES, RelayParts};

use super::desk::Desk;
use crate::{AgentError, error::What, host::HostWhat};

/// A host that never comes to an end would be asked for ever.
const MOST_STEPS: usize = 1_000;

/// Where the bytes are while they are sent.
pub enum Source {
    Bytes(Bytes),
    File(File),
}

pub struct Measured {
    pub sha256: Sha256,
    pub length: u64,
    pub parts: Vec<Sha256>,
}

impl Source {
    fn part(&self, index: u64) -> io::Result<Bytes> {
        let from = index * PART_BYTES;
        match self {
            Self::Bytes(bytes) => {
                let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes.slice(at(from)..at(from + PART_BYTES)))
            }
            Self::File(file) => {
                let mut file = file;
                file.seek(SeekFrom::Start(from))?;
                let mut part = Vec::new();
                file.take(PART_BYTES).read_to_end(&mut part)?;
                Ok(part.into())
            }
        }
    }

    pub fn measure(&self) -> io::Result<Measured> {
        let (mut whole, mut length, mut parts) = (sha2::Sha256::new(), 0, Vec::new());
        for index in 0.. {
            let part = self.part(index)?;
            if part.is_empty() {
                break;
            }
            whole.update(&part);
            length += part.len() as u64;
            parts.push(Sha256::of(&part));
        }
        Ok(Measured { sha256: Sha256(whole.finalize().into()), length, parts })
    }
}

/// What the host is asked for the next step of.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Ask {
    Print(AskRelayParts),
    Sold(AskDigitalParts),
}

impl Ask {
    fn upload(&mut self) -> &mut Option<String> {
        match self {
            Self::Print(ask) => &mut ask.upload,
            Self::Sold(ask) => &mut ask.upload,
        }
    }
}

impl Desk {
    /// Returns when the host has all of it, put together; `false` when asked to stop before. `note` keeps how the
    /// host calls the upload.
    pub(super) async fn send_parts(
        &self,
        what: &str,
        path: &str,
        mut ask: Ask,
        source: &Arc<Source>,
        note: impl Fn(&Connection, &str) -> rusqlite::Result<()>,
    ) -> Result<bool, AgentError> {
        let version =
            || AgentError::new(what).fix("run `darkslide doctor`; the host may have another version");
        for _ in 0..MOST_STEPS {
            let step: RelayParts = self.host.post(path, &ask).await.host(what)?;
            if step.done {
                return Ok(true);
            }
            if ask.upload().as_deref() != Some(step.upload.as_str()) {
                // Noted before anything is sent under it.
                self.catalog.read(|db| note(db, &step.upload))?;
                *ask.upload() = Some(step.upload);
            }
            for part in &step.missing {
                if self.stop.asked() {
                    return Ok(false);
                }
                let index = u64::from(part.number).checked_sub(1);
                let index = index.ok_or_else(|| version().why("the host asks for part 0"))?;
                let read = source.clone();
                let bytes =
                    tokio::task::spawn_blocking(move || read.part(index)).await.what(what)?.what(what)?;
                if bytes.is_empty() {
                    return Err(version()
                        .why(format!("the host asks for part {}, which is behind the end", part.number)));
                }
                match self.host.upload(&part.grant, bytes).await {
                    // The grant ended on a slow line; the next step grants it anew.
                    Err(e) if e.status() == Some(403) => break,
                    other => drop(other.host(what)?),
                }
            }
        }
        Err(AgentError::new(what)
            .why(format!("after {MOST_STEPS} steps the host still misses some of its parts"))
            .fix("run `darkslide doctor`; the work goes on by itself"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn memory_and_disk_are_cut_alike() {
        let bytes: Vec<u8> = (0..PART_BYTES + 7).map(|n| n as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let memory = Source::Bytes(bytes.clone().into()).measure().unwrap();
        let disk = Source::File(file).measure().unwrap();
        assert_eq!((memory.sha256, memory.length), (Sha256::of(&bytes), PART_BYTES + 7));
        assert_eq!((disk.sha256, disk.length, &disk.parts), (memory.sha256, memory.length, &memory.parts));
        assert_eq!(memory.parts.len(), 2);
    }
}
