//! A print file that is larger than one upload may be: in parts, each sent once. The host knows which are there,
//! so an interrupted upload goes on with the next one that is missing.

use bytes::Bytes;
use domain::hash::Sha256;
use wire::{
    orders::{AskRelayParts, PART_BYTES, RelayParts},
    route,
};

use super::{
    desk::Desk,
    journal::{
        files::{self, PrintFile},
        parts::PartKey,
    },
};
use crate::{AgentError, host::HostWhat};

/// A host that never comes to an end would be asked for ever.
const MOST_STEPS: usize = 200;

impl Desk {
    /// Returns when the host has all of it, put together.
    pub(super) async fn upload_in_parts(
        &self,
        key: PartKey,
        file: &PrintFile,
        bytes: &Bytes,
    ) -> Result<(), AgentError> {
        let what = "a print file could not be sent";
        let size = usize::try_from(PART_BYTES).unwrap_or(usize::MAX);
        let pieces: Vec<Bytes> = (0..bytes.len().div_ceil(size))
            .map(|n| bytes.slice(n * size..bytes.len().min((n + 1) * size)))
            .collect();
        let path = route::fill(route::STUDIO_RELAY_PARTS, &[&key.order]);
        let mut ask = AskRelayParts {
            lab: key.lab,
            attempt: key.attempt,
            sha256: file.sha256,
            length: file.length,
            parts: pieces.iter().map(|piece| Sha256::of(piece)).collect(),
            upload: self.catalog.read(|db| files::upload_of(db, key, &file.sha256))?,
        };
        for _ in 0..MOST_STEPS {
            let step: RelayParts = self.host.post(&path, &ask).await.host(what)?;
            if step.done {
                return Ok(());
            }
            if ask.upload.as_deref() != Some(step.upload.as_str()) {
                // Noted before anything is sent under it.
                self.catalog.read(|db| files::set_upload(db, key, &file.sha256, &step.upload))?;
                ask.upload = Some(step.upload);
            }
            for part in &step.missing {
                if self.stop.asked() {
                    return Err(AgentError::new("sending a large print file was stopped")
                        .fix("it goes on with the part that is missing at the next start"));
                }
                let piece = usize::try_from(part.number).ok().and_then(|n| pieces.get(n.checked_sub(1)?));
                let piece = piece.ok_or_else(|| {
                    AgentError::new(what)
                        .why(format!("the host asks for part {} of {}", part.number, pieces.len()))
                        .fix("run `darkslide doctor`; the host may have another version")
                })?;
                match self.host.upload(&part.grant, piece.clone()).await {
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
