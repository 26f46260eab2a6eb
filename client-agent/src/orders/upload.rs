//! Print files and manifests to the relay, by grants, in any number of repeats.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use domain::{hash::Sha256, object_key::RelayPart};
use futures_util::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture, stream};
use rusqlite::{Connection, params};
use wire::{
    orders::{AskRelayGrants, AskRelayParts, RelayFile, RelayFileKind},
    publish::{Grant, Grants, MAX_GRANTS, MAX_RELAY_FILE_BYTES},
    route,
};

use super::{
    desk::Desk,
    journal::{
        files::{self, PrintFile},
        parts::PartKey,
    },
    upload_parts::{Ask, Measured, Source},
};
use crate::{AgentError, clock, error::What, host::HostWhat};

impl Desk {
    /// Sends what the host does not have yet. Equal prints are one file.
    pub(super) async fn upload_files(&self, key: PartKey, rendered: &[PrintFile]) -> Result<(), AgentError> {
        let due: BTreeMap<Sha256, &PrintFile> =
            rendered.iter().filter(|f| !f.uploaded).map(|f| (f.sha256, f)).collect();
        let (large, due): (Vec<&PrintFile>, Vec<&PrintFile>) =
            due.into_values().partition(|file| file.length > MAX_RELAY_FILE_BYTES);
        // One after the other: each fills the line by itself.
        for file in large {
            let Some(bytes) = self.prints.read(key.order, &file.sha256) else {
                return self.damaged(key, file);
            };
            self.upload_in_parts(key, file, bytes).await?;
            let place = RelayPart {
                order: key.order,
                lab: key.lab,
                attempt: key.attempt,
                machine: self.account.machine,
            };
            self.ledger(&place.file(&file.sha256), "print", file.length, &file.sha256)?;
            self.catalog.read(|db| files::uploaded(db, key, &file.sha256))?;
        }
        for some in due.chunks(MAX_GRANTS) {
            let asked = some.iter().map(|f| RelayFile {
                kind: RelayFileKind::Print,
                sha256: f.sha256,
                length: f.length,
            });
            let grants = self.relay_grants(key, asked.collect()).await?;
            let work: Vec<BoxFuture<'_, _>> = some
                .iter()
                .zip(&grants)
                .map(|(file, grant)| self.upload_file(key, file, grant).boxed())
                .collect();
            let sent = stream::iter(work).buffer_unordered(self.config.uploads.parallel);
            sent.try_collect::<Vec<()>>().await?;
        }
        Ok(())
    }

    async fn upload_in_parts(&self, key: PartKey, file: &PrintFile, bytes: Bytes) -> Result<(), AgentError> {
        let what = "a print file could not be sent";
        let source = Arc::new(Source::Bytes(bytes));
        let Measured { parts, .. } = source.measure().what(what)?;
        let ask = AskRelayParts {
            lab: key.lab,
            attempt: key.attempt,
            sha256: file.sha256,
            length: file.length,
            parts,
            upload: self.catalog.read(|db| files::upload_of(db, key, &file.sha256))?,
        };
        let path = route::fill(route::STUDIO_RELAY_PARTS, &[&key.order]);
        let note = |db: &Connection, upload: &str| files::set_upload(db, key, &file.sha256, upload);
        if self.send_parts(what, &path, Ask::Print(ask), &source, note).await? {
            return Ok(());
        }
        Err(AgentError::new("sending a large print file was stopped")
            .fix("it goes on with the part that is missing at the next start"))
    }

    async fn upload_file(&self, key: PartKey, file: &PrintFile, grant: &Grant) -> Result<(), AgentError> {
        let Some(bytes) = self.prints.read(key.order, &file.sha256) else { return self.damaged(key, file) };
        let what = "a print file could not be sent";
        match self.host.upload(grant, bytes.clone()).await {
            // The grant ended while others were sent before it on a slow line.
            Err(e) if e.status() == Some(403) => {
                let ask = RelayFile { kind: RelayFileKind::Print, sha256: file.sha256, length: file.length };
                for fresh in self.relay_grants(key, vec![ask]).await? {
                    self.host.upload(&fresh, bytes.clone()).await.host(what)?;
                }
            }
            other => drop(other.host(what)?),
        }
        self.ledger(&grant.key, "print", file.length, &file.sha256)?;
        self.catalog.read(|db| files::uploaded(db, key, &file.sha256))
    }

    /// Damaged on this disk: forgotten, and rendered again by the next pass.
    fn damaged(&self, key: PartKey, file: &PrintFile) -> Result<(), AgentError> {
        self.catalog.read(|db| files::forget(db, key, file.line, file.node))?;
        Err(AgentError::new("a finished print file is damaged on this disk")
            .why(format!(
                "line {} of order {} does not have its bytes any more",
                file.line,
                key.order.number()
            ))
            .fix("it is rendered again by itself; if it happens often, check the disk"))
    }

    pub(super) async fn upload_manifest(&self, key: PartKey, manifest: Vec<u8>) -> Result<(), AgentError> {
        let (sha256, length) = (Sha256::of(&manifest), manifest.len() as u64);
        let file = RelayFile { kind: RelayFileKind::Manifest, sha256, length };
        for grant in self.relay_grants(key, vec![file]).await? {
            self.host
                .upload(&grant, Bytes::from(manifest.clone()))
                .await
                .host("the manifest could not be sent")?;
            self.ledger(&grant.key, "manifest", length, &sha256)?;
        }
        Ok(())
    }

    async fn relay_grants(&self, key: PartKey, asked: Vec<RelayFile>) -> Result<Vec<Grant>, AgentError> {
        let count = asked.len();
        let path = route::fill(route::STUDIO_RELAY_GRANTS, &[&key.order]);
        let ask = AskRelayGrants { lab: key.lab, attempt: key.attempt, files: asked };
        let what = format!("order {} could not be sent", key.order.number());
        let grants: Grants = self.host.post(&path, &ask).await.host(what.clone())?;
        if grants.grants.len() == count {
            return Ok(grants.grants);
        }
        Err(AgentError::new(what)
            .why(format!("the host gave {} grants for {count} files", grants.grants.len()))
            .fix("run `darkslide doctor`; the host may have another version"))
    }

    /// Every object this machine stored at the host, for audits.
    pub(super) fn ledger(
        &self,
        stored: &str,
        kind: &str,
        length: u64,
        sha256: &Sha256,
    ) -> Result<(), AgentError> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        self.catalog.read(|db| {
            db.execute(
                "INSERT OR IGNORE INTO ledger (key, kind, length, sha256, sent_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![stored, kind, length, &sha256.0[..], clock::now().0],
            )
            .map(drop)
        })
    }
}
