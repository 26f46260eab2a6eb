//! Carries a plan out: grants, pixels, the batch record last, then its outcome.

use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::{hash::Sha256, id::GalleryId};
use futures_util::{StreamExt, stream};
use indicatif::ProgressBar;
use queue_client::{Backoff, HostClient, HostError, Uploaded};
use wire::{
    publish::{AskBatchGrant, AskGrants, BatchOutcome, Grant, Grants, MAX_GRANTS, RenditionFile},
    route,
};

use super::{
    batches::{self, Batch, Settled},
    plan::Upload,
};
use crate::{
    catalog::{Catalog, ledger},
    context::Context,
    error::AgentError,
    host::{HostWhat, problem},
};

/// How long the host may take to look through a batch before this command says so and ends.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub files: usize,
    pub bytes: u64,
}

/// Sends what is missing. Each file that arrived is in the ledger at once, so nothing is sent twice.
/// `false`: stopped before the end.
pub async fn pixels(
    ctx: &Context,
    catalog: &Catalog,
    client: &HostClient,
    gallery: GalleryId,
    uploads: &[Upload],
    bar: &ProgressBar,
    sent: &mut Sent,
) -> Result<bool, AgentError> {
    for some in uploads.chunks(MAX_GRANTS) {
        if ctx.stop.asked() {
            return Ok(false);
        }
        let grants = grants(client, gallery, some).await?;
        // By index: the closure must not be tied to the lifetime of one upload, or the future cannot be spawned.
        let mut work = stream::iter(0..some.len())
            .map(|index| {
                let (upload, grant) = (&some[index], &grants[index]);
                async move {
                    if ctx.stop.asked() {
                        return Ok(None);
                    }
                    one(catalog, client, gallery, upload, grant).await.map(|new| Some((index, new)))
                }
            })
            .buffer_unordered(ctx.config.uploads.parallel);
        let mut stopped = false;
        while let Some(outcome) = work.next().await {
            match outcome? {
                Some((index, new)) => {
                    let upload = &some[index];
                    bar.inc(upload.length);
                    sent.files += 1;
                    sent.bytes += if new == Uploaded::Stored { upload.length } else { 0 };
                }
                None => stopped = true,
            }
        }
        if stopped {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn grants(client: &HostClient, gallery: GalleryId, some: &[Upload]) -> Result<Vec<Grant>, AgentError> {
    let files = some.iter().map(|u| RenditionFile {
        photo: u.photo,
        kind: u.kind,
        sha256: u.sha256,
        length: u.length,
    });
    let path = route::fill(route::STUDIO_GRANTS, &[&gallery]);
    let ask = AskGrants { files: files.collect() };
    let answer: Grants = client.post(&path, &ask).await.host("the host allowed no upload")?;
    if answer.grants.len() != some.len() {
        return Err(AgentError::new("the host allowed no upload")
            .why(format!("{} files were asked for and {} allowed", some.len(), answer.grants.len()))
            .fix("ask the operator of the host to update it"));
    }
    Ok(answer.grants)
}

async fn one(
    catalog: &Catalog,
    client: &HostClient,
    gallery: GalleryId,
    upload: &Upload,
    grant: &Grant,
) -> Result<Uploaded, AgentError> {
    let what = "a rendition could not be sent";
    let bytes = catalog.pixels(&upload.sha256)?.ok_or_else(|| {
        AgentError::new(what)
            .why("renditions.db was removed while it was used")
            .fix("run the same command again")
    })?;
    let outcome = match client.upload(grant, bytes.clone()).await {
        // The grant ended while others were sent before it on a slow line.
        Err(error) if error.status() == Some(403) => {
            let fresh = grants(client, gallery, std::slice::from_ref(upload)).await?;
            let fresh = fresh.first().ok_or_else(|| AgentError::new(what))?;
            client.upload(fresh, bytes).await
        }
        other => other,
    };
    let uploaded = outcome.host(what)?;
    catalog.write(|tx| {
        let sent = ledger::Sent {
            key: &grant.key,
            gallery: Some(gallery),
            photo: Some(upload.photo),
            kind: upload.kind.as_str(),
            length: upload.length,
            sha256: upload.sha256,
        };
        ledger::record(tx, &sent)
    })?;
    Ok(uploaded)
}

/// Stores the record of a batch: the moment from which its photos become visible.
pub async fn record(
    catalog: &Catalog,
    client: &HostClient,
    gallery: GalleryId,
    batch: &Batch,
) -> Result<(), HostOrAgent> {
    let ask = AskBatchGrant { sha256: Sha256::of(&batch.record), length: batch.record.len() as u64 };
    let path = route::fill(route::STUDIO_BATCH_GRANT, &[&gallery, &batch.id]);
    let grant: Grant = client.post(&path, &ask).await?;
    client.upload(&grant, Bytes::from(batch.record.clone())).await?;
    batches::is_stored(catalog, gallery, batch, &grant.key)?;
    Ok(())
}

pub enum HostOrAgent {
    Host(HostError),
    Agent(AgentError),
}

impl From<HostError> for HostOrAgent {
    fn from(error: HostError) -> Self {
        Self::Host(error)
    }
}
impl From<AgentError> for HostOrAgent {
    fn from(error: AgentError) -> Self {
        Self::Agent(error)
    }
}

/// Brings every open batch of a gallery to its end. What was interrupted is decided by the outcome alone:
/// a record that may have arrived is never made again, only sent again as it is.
pub async fn settle(
    ctx: &Context,
    catalog: &Catalog,
    client: &HostClient,
    gallery: GalleryId,
) -> Result<(Vec<Settled>, usize), AgentError> {
    let started = Instant::now();
    let mut settled = Vec::new();
    let mut waiting = 0;
    for batch in batches::open(catalog, gallery)? {
        let mut backoff = Backoff::new(Duration::from_millis(60), Duration::from_secs(3));
        let mut stored = batch.stored;
        loop {
            let outcome = outcome(client, gallery, &batch).await?;
            if let Some(end) = batches::settle(catalog, gallery, &batch, &outcome)? {
                settled.push(end);
                break;
            }
            if !stored {
                if let Some(refused) = store_again(catalog, client, gallery, &batch).await? {
                    settled.push(refused);
                    break;
                }
                stored = true;
                continue;
            }
            if started.elapsed() > PATIENCE || ctx.stop.asked() {
                waiting += 1;
                break;
            }
            tokio::select! {
                () = backoff.wait() => {}
                () = ctx.stop.wait() => {}
            }
        }
    }
    Ok((settled, waiting))
}

async fn outcome(client: &HostClient, gallery: GalleryId, batch: &Batch) -> Result<BatchOutcome, AgentError> {
    let path = route::fill(route::STUDIO_BATCH, &[&gallery, &batch.id]);
    match client.get(&path).await {
        // A host that does not know the batch has not seen its record.
        Err(error) if error.status() == Some(404) => Ok(BatchOutcome::Pending),
        other => other.host("the outcome of a batch could not be asked for"),
    }
}

/// A refusal for good (the gallery was closed meanwhile) ends the batch: nothing of it was applied.
async fn store_again(
    catalog: &Catalog,
    client: &HostClient,
    gallery: GalleryId,
    batch: &Batch,
) -> Result<Option<Settled>, AgentError> {
    match record(catalog, client, gallery, batch).await {
        Ok(()) => Ok(None),
        Err(HostOrAgent::Agent(error)) => Err(error),
        Err(HostOrAgent::Host(error)) => match (error.status(), error.code()) {
            (Some(400 | 404 | 409 | 413 | 422), Some(_)) => {
                let failed = BatchOutcome::Failed { why: crate::error::chain(&error) };
                batches::settle(catalog, gallery, batch, &failed)
            }
            _ => Err(problem(error, "the record of a batch could not be sent")),
        },
    }
}
