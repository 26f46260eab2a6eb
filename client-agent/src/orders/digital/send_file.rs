//! One file that was bought, to the host.

use std::sync::Arc;

use domain::{hash::Sha256, object_key::DigitalPart};
use wire::{orders::AskDigitalParts, route};

use super::super::{
    desk::Desk,
    journal::digitals::{self, DigitalKey},
    upload_parts::{Ask, Measured, Source},
};
use crate::{AgentError, error::What};

impl Desk {
    /// Returns when the host has all of it; `None` when asked to stop before.
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
        let ask = AskDigitalParts {
            line: key.line,
            attempt: key.attempt,
            name: name.to_owned(),
            sha256,
            length,
            parts,
            upload: self.catalog.read(|db| digitals::upload_of(db, key, &sha256))?,
        };
        let path = route::fill(route::STUDIO_DIGITAL_PARTS, &[&key.order]);
        let note = |db: &rusqlite::Connection, upload: &str| digitals::set_upload(db, key, &sha256, upload);
        if !self.send_parts(what, &path, Ask::Sold(ask), &source, note).await? {
            return Ok(None);
        }
        let place = DigitalPart {
            order: key.order,
            line: key.line,
            attempt: key.attempt,
            machine: self.account.machine,
        };
        self.ledger(&place.file(&sha256), "sold", length, &sha256)?;
        Ok(Some((sha256, length)))
    }
}
