//! `darkslide gallery publish`: what is selected becomes what customers see. Plan, print, carry out.
//!
//! It may be killed at any instant and run again: renditions are in renditions.db, files that arrived in the
//! ledger, batches that were decided in the catalog, and the host's outcome decides what is published.

pub mod batches;
pub mod plan;
mod records;
mod send;

use std::collections::HashMap;

use domain::{
    gallery::GalleryState,
    id::{GalleryId, PhotoId},
};
use queue_client::HostClient;
use serde::Serialize;

use self::{
    batches::Sender,
    plan::{Change, Plan, Summary},
    send::Sent,
};
use super::{
    at_host::{self, Tell},
    book::{self, Gallery},
    join,
};
use crate::{
    catalog::{
        Catalog, ledger,
        photos::{self, PhotoRow},
    },
    cli::gallery::PublishArgs,
    context::Context,
    error::AgentError,
    exit::Exit,
    host,
    orders::Desk,
    output::{bytes, count, shown},
    price_list,
    process::{
        make::{Failed, Task, make},
        recipe::Look,
    },
    restored, scan,
    selection::{Selection, nothing_matched},
};

#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub gallery: String,
    pub id: Option<GalleryId>,
    pub dry_run: bool,
    pub plan: Summary,
    /// What the host's outcome says was applied.
    pub published: usize,
    pub hidden: usize,
    pub files_sent: usize,
    pub bytes_sent: u64,
    /// Photos the host refused, and files that could not be read or rendered.
    pub failed: Vec<Failed>,
    /// Batches the host has not looked through yet; the next run asks again.
    pub waiting_batches: usize,
    pub stopped: bool,
}

pub async fn run(ctx: &Context, args: &PublishArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    if !args.dry_run
        && let Some(healed) = restored::heal_now(&Desk::open(ctx)?).await?
    {
        ctx.out.note(healed.text());
    }
    let mut gallery = join::find(ctx, &catalog, &args.gallery).await?;
    let given = Selection::from_args(&catalog, &args.selection)?;
    let list = match &args.price_list {
        Some(list) => Some(price_list::store::newest(&catalog, list)?.reference()),
        None => None,
    };
    let decide = |gallery: &mut Gallery| {
        if !given.is_empty() {
            gallery.selection.clone_from(&given);
        }
        if let Some(list) = list {
            gallery.set_price_list(list);
        }
        if args.open {
            gallery.set_state(GalleryState::Open);
        }
    };
    if given.is_empty() && gallery.selection.is_empty() {
        return Err(AgentError::new(format!("the gallery {:?} selects no photos", shown(&gallery.name)))
            .why("it was made without a folder or another condition")
            .fix(format!("say which: `darkslide gallery publish {:?} --from DIR`", gallery.name)));
    }
    if args.dry_run {
        decide(&mut gallery);
    } else {
        book::keep(&catalog, &gallery)?;
        gallery = book::change(&catalog, gallery.id, decide)?;
    }
    let report = publish(ctx, &catalog, gallery, args.dry_run).await?;
    for Failed { file, reason } in &report.failed {
        ctx.out.note(format!("left out {}: {reason}", shown(file)));
    }
    ctx.out.result(&report, || report.text());
    Ok(report.exit())
}

/// Publishes one gallery as it is kept in the catalog; the daemon calls it too.
pub async fn publish(
    ctx: &Context,
    catalog: &Catalog,
    mut gallery: Gallery,
    dry_run: bool,
) -> Result<Report, AgentError> {
    // With nothing at the host to ask about it, the book is all there is.
    if dry_run || gallery.revision == 0 || gallery.state == GalleryState::Erased {
        still_takes_photos(&gallery)?;
    }
    // Without a host there is no use in rendering for an hour first.
    let client = if dry_run { None } else { Some(host::client(ctx)?) };
    let mut report =
        Report { gallery: gallery.name.clone(), id: Some(gallery.id), dry_run, ..Report::default() };
    if let Some(client) = &client {
        at_host::ensure(catalog, client, &mut gallery, Tell::ButOpening).await?;
        // Another computer of the studio may have closed it, or opened it again.
        still_takes_photos(&gallery)?;
        settle(ctx, catalog, client, &gallery, &mut report).await?;
    }
    let selected = select(ctx, catalog, &gallery, &mut report)?;
    let plan = prepare(ctx, catalog, &gallery, &selected, &mut report).await?;
    report.plan = plan.summary();
    if let (Some(client), false) = (&client, report.stopped) {
        let subjects: Vec<_> = selected.iter().flat_map(|p| p.subjects.iter().copied()).collect();
        at_host::ensure_subjects(catalog, client, &gallery, &subjects).await?;
        carry_out(ctx, catalog, client, &gallery, &selected, &plan, &mut report).await?;
        settle(ctx, catalog, client, &gallery, &mut report).await?;
        if gallery.state == GalleryState::Open && !report.stopped {
            at_host::ensure(catalog, client, &mut gallery, Tell::All).await?;
        }
    }
    Ok(report)
}

fn still_takes_photos(gallery: &Gallery) -> Result<(), AgentError> {
    if batches::takes_photos(gallery.state) {
        return Ok(());
    }
    let name = &gallery.name;
    if gallery.state == GalleryState::Erased {
        return Err(AgentError::new(format!("the gallery {:?} was erased", shown(name)))
            .why("its time was over, and the host keeps nothing of it")
            .fix("make a new one: `darkslide gallery create NAME --from DIR`"));
    }
    Err(AgentError::new(format!("the gallery {:?} is closed", shown(name)))
        .why("customers cannot look at it, so nothing was sent")
        .fix(format!("open it again: `darkslide gallery publish {name:?} --open`")))
}

/// Scans the folders of the selection and picks from the catalog.
fn select(
    ctx: &Context,
    catalog: &Catalog,
    gallery: &Gallery,
    report: &mut Report,
) -> Result<Vec<PhotoRow>, AgentError> {
    for folder in &gallery.selection.folders {
        let folder = crate::paths::from_bytes(folder);
        let scanned = tokio::task::block_in_place(|| scan::folder(ctx, catalog, &folder))?;
        if scanned.offline {
            ctx.out.note(scanned.text());
        }
        report.stopped |= scanned.stopped;
        let unreadable = scanned.unreadable.into_iter();
        report.failed.extend(unreadable.map(|u| Failed { file: u.file, reason: u.reason }));
    }
    let all = catalog.read(photos::all)?;
    let selected: Vec<PhotoRow> = all.iter().filter(|p| gallery.selection.matches(p)).cloned().collect();
    // A gallery that is meant to become empty says so with `unpublish`.
    if selected.is_empty() {
        let command = format!("darkslide gallery publish {:?}", gallery.name);
        return Err(nothing_matched(&gallery.selection, &all, &command));
    }
    Ok(selected)
}

/// Renders what is missing and compares with what is shown.
async fn prepare(
    ctx: &Context,
    catalog: &Catalog,
    gallery: &Gallery,
    selected: &[PhotoRow],
    report: &mut Report,
) -> Result<Plan, AgentError> {
    let look = Look::of(&ctx.config, ctx.folders.root(), gallery.price_list.is_some())?;
    let tasks: Vec<Task<'_>> =
        selected.iter().map(|photo| Task { photo, look: &look, renditions: true }).collect();
    let made = make(ctx, catalog, &ctx.pool(), &tasks, false).await?;
    report.stopped |= made.stopped;
    report.failed.extend(made.failed);
    let mut records = Vec::new();
    let mut unready = Vec::new();
    for photo in selected {
        match records::record(catalog, photo, &look, &gallery.selection)? {
            Some(record) => records.push(record),
            None => unready.push(photo.id),
        }
    }
    let published = batches::published(catalog, gallery.id)?;
    let id = gallery.id.to_string();
    let mut lost = None;
    let plan = plan::plan(records, &unready, &published, |upload| {
        let kept = catalog.read(|c| {
            ledger::is_there(c, &id, &upload.photo.to_string(), upload.kind.as_str(), &upload.sha256)
        });
        kept.unwrap_or_else(|error| {
            lost = Some(error);
            false
        })
    });
    lost.map_or(Ok(plan), Err)
}

async fn carry_out(
    ctx: &Context,
    catalog: &Catalog,
    client: &HostClient,
    gallery: &Gallery,
    selected: &[PhotoRow],
    plan: &Plan,
    report: &mut Report,
) -> Result<(), AgentError> {
    let account = host::account::required(ctx)?;
    let sender = Sender { studio: account.studio, machine: account.machine, gallery: gallery.id };
    let edits: HashMap<PhotoId, String> =
        selected.iter().filter_map(|p| Some((p.id, serde_json::to_string(p.edit.as_ref()?).ok()?))).collect();
    let bar = ctx.out.progress_bytes(report.plan.bytes_to_send, "sending");
    let mut sent = Sent::default();
    for changes in plan.changes.chunks(wire::publish::MAX_BATCH_ENTRIES) {
        let of_these: Vec<_> = plan
            .uploads
            .iter()
            .filter(|u| {
                changes.iter().any(|c| matches!(c, Change::Publish { record, .. } if record.id == u.photo))
            })
            .cloned()
            .collect();
        let went = send::pixels(ctx, catalog, client, gallery.id, &of_these, &bar, &mut sent).await;
        (report.files_sent, report.bytes_sent) = (sent.files, sent.bytes);
        if !went? || ctx.stop.asked() {
            report.stopped = true;
            break;
        }
        let batch = batches::decide(catalog, sender, changes, &edits)?;
        match send::record(catalog, client, gallery.id, &batch).await {
            // `settle` reads the outcome and sends the record again where it has to.
            Ok(()) | Err(send::HostOrAgent::Host(_)) => {}
            Err(send::HostOrAgent::Agent(error)) => return Err(error),
        }
    }
    bar.finish_and_clear();
    Ok(())
}

async fn settle(
    ctx: &Context,
    catalog: &Catalog,
    client: &HostClient,
    gallery: &Gallery,
    report: &mut Report,
) -> Result<(), AgentError> {
    let (settled, waiting) = send::settle(ctx, catalog, client, gallery.id).await?;
    report.waiting_batches = waiting;
    for one in settled {
        report.published += one.published;
        report.hidden += one.hidden;
        if let Some(why) = one.failed {
            report
                .failed
                .push(Failed { file: "a batch".into(), reason: format!("the host refused it: {why}") });
        }
        for rejected in one.rejected {
            let reason = format!("the host refused it: {}", shown(&rejected.why));
            report.failed.push(Failed { file: rejected.photo.to_string(), reason });
        }
    }
    Ok(())
}

impl Report {
    pub fn exit(&self) -> Exit {
        if self.failed.is_empty() && !self.stopped && self.waiting_batches == 0 {
            Exit::Ok
        } else {
            Exit::Partly
        }
    }

    pub fn text(&self) -> String {
        let name = shown(&self.gallery);
        if self.dry_run {
            return format!("{name}: would be {}", self.plan.text());
        }
        let mut text = format!(
            "{name}: {} published, {} hidden, {} unchanged; {} sent ({})",
            count(self.published, "photo"),
            self.hidden,
            self.plan.unchanged,
            count(self.files_sent, "file"),
            bytes(self.bytes_sent),
        );
        if !self.failed.is_empty() {
            text.push_str(&format!("; {} left out", self.failed.len()));
        }
        if self.waiting_batches > 0 {
            text.push_str("; the host still works on it, run the same command again to see the end");
        }
        if self.stopped {
            text.push_str("; stopped, run the same command again to go on");
        }
        text
    }
}

#[cfg(test)]
mod tests;
