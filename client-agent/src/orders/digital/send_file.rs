//! One file that was bought, to the host in parts: what is there already is not sent again.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use bytes::Bytes;
use domain::{hash::Sha256, object_key::DigitalPart};
use sha2::Digest;
use wire::{
    orders::{AskDigitalParts, PART_BYTES, RelayParts},
    route,
};

use super::super::{
    desk::Desk,
    journal::digitals::{self, DigitalKey},
};
use crate::{AgentError, error::What, host::HostWhat};

/// A host that never comes to an end would be asked for ever.
const MOST_STEPS: usize = 1_000;

/// Where the bytes are while they are sent.
pub enum Source {
    Bytes(Bytes),
    File(File),
}

struct Measured {
    sha256: Sha256,
    length: u64,
    parts: Vec<Sha256>,
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

    fn measure(&self) -> io::Result<Measured> {
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

impl Desk {
    /// Returns when the host has all of it, put together; `None` when asked to stop before.
    pub(super) async fn send_file(
        &self,
        key: DigitalKey,
        name: &str,
        source: Source,
    ) -> Result<Option<(Sha256, u64)>, AgentError> {
        let what = "a file that was bought could not be sent";
        let source = Arc::new(source);
        let measured = source.clone();
        let Measured { sha256, length, parts } = tokio::task::spawn_blocking(move || measured.measure())
            .await
            .what(what)?
            .what("a file that was bought could not be read")?;
        let path = route::fill(route::STUDIO_DIGITAL_PARTS, &[&key.order]);
        let mut ask = AskDigitalParts {
            line: key.line,
            attempt: key.attempt,
            name: name.to_owned(),
            sha256,
            length,
            parts,
            upload: self.catalog.read(|db| digitals::upload_of(db, key, &sha256))?,
        };
        for _ in 0..MOST_STEPS {
            let step: RelayParts = self.host.post(&path, &ask).await.host(what)?;
            if step.done {
                let place = DigitalPart {
                    order: key.order,
                    line: key.line,
                    attempt: key.attempt,
                    machine: self.account.machine,
                };
                self.ledger(&place.file(&sha256), "sold", length, &sha256)?;
                return Ok(Some((sha256, length)));
            }
            if ask.upload.as_deref() != Some(step.upload.as_str()) {
                // Noted before anything is sent under it.
                self.catalog.read(|db| digitals::set_upload(db, key, &sha256, &step.upload))?;
                ask.upload = Some(step.upload);
            }
            for part in &step.missing {
                if self.stop.asked() {
                    return Ok(None);
                }
                let index = u64::from(part.number).checked_sub(1).filter(|n| n * PART_BYTES < length);
                let index = index.ok_or_else(|| {
                    AgentError::new(what)
                        .why(format!("the host asks for part {} of {}", part.number, ask.parts.len()))
                        .fix("run `darkslide doctor`; the host may have another version")
                })?;
                let read = source.clone();
                let bytes = tokio::task::spawn_blocking(move || read.part(index)).await.what(what)?;
                let bytes = bytes.what("a file that was bought could not be read")?;
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
