//! `darkslide scan`: folders into the catalog. Only what changed is read; nothing is written to the originals.

pub mod read;
pub mod roots;
pub mod store;
pub mod walk;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use darkslide_image::Limits;
use serde::Serialize;

use self::{
    read::{ReadError, Seen},
    store::Found,
    walk::{Candidate, Skipped, Walked},
};
use crate::{
    catalog::Catalog, cli::photo::ScanArgs, context::Context, error::AgentError, exit::Exit, output::count,
    paths,
};

/// What one folder held, for people and programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub folder: String,
    pub offline: bool,
    pub pictures: usize,
    pub new: usize,
    pub new_versions: usize,
    pub new_places: usize,
    pub changed_data: usize,
    pub unchanged: usize,
    pub gone: usize,
    pub raw_left_alone: usize,
    pub unreadable: Vec<Unreadable>,
    /// Stopped by the user; the next scan goes on from here.
    pub stopped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    pub file: String,
    pub reason: String,
}

pub fn run(ctx: &Context, args: &ScanArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let dirs = if args.dirs.is_empty() { roots::all(&catalog)? } else { args.dirs.clone() };
    if dirs.is_empty() {
        return Err(AgentError::new("there is no folder to scan")
            .why("none was given, and none was scanned before")
            .fix("name one: `darkslide scan DIR`")
            .usage());
    }
    let mut exit = Exit::Ok;
    let mut failed = 0;
    for dir in &dirs {
        let report = match folder(ctx, &catalog, dir) {
            Ok(report) => report,
            Err(error) if dirs.len() == 1 => return Err(error),
            // One folder's trouble is not another's.
            Err(error) => {
                ctx.out.error(&error);
                failed += 1;
                exit = if failed == dirs.len() { error.code() } else { Exit::Partly };
                continue;
            }
        };
        for one in &report.unreadable {
            ctx.out.note(format!("cannot read {}: {}", one.file, one.reason));
        }
        if !report.unreadable.is_empty() || report.offline || report.stopped {
            exit = Exit::Partly;
        }
        ctx.out.result(&report, || report.text());
        if ctx.stop.asked() {
            return Ok(Exit::Partly);
        }
    }
    Ok(exit)
}

/// Scans one folder. Blocks: call it from a thread that may.
pub fn folder(ctx: &Context, catalog: &Catalog, dir: &Path) -> Result<Report, AgentError> {
    let dir = paths::real(dir);
    let key = paths::to_bytes(&dir);
    let mut report = Report { folder: paths::shown(&dir), ..Report::default() };
    let Some(root) = roots::enter(catalog, &dir)? else {
        report.offline = true;
        return Ok(report);
    };
    let walked = walk::walk(&dir);
    let known = catalog.read(|c| store::known(c, &key))?;
    if walked.is_empty && !known.is_empty() {
        roots::set_offline(catalog, &root, true)?;
        report.offline = true;
        return Ok(report);
    }
    roots::set_offline(catalog, &root, false)?;
    let due: Vec<&Candidate> = walked.pictures.iter().filter(|p| is_due(p, &known)).collect();
    report.pictures = walked.pictures.len();
    report.unchanged = walked.pictures.len() - due.len();
    report.raw_left_alone = walked.raw;
    read_all(ctx, catalog, &root, &due, &mut report)?;
    finish(catalog, &root, &walked, &known, &mut report)?;
    Ok(report)
}

fn is_due(candidate: &Candidate, known: &store::Known) -> bool {
    let before = known.get(&paths::to_bytes(&candidate.path));
    before.is_none_or(|(stamp, sidecar)| {
        *stamp != candidate.stamp || *sidecar != store::sidecar_stamp(candidate)
    })
}

/// Threads read and hash; this one writes, many files to a transaction.
fn read_all(
    ctx: &Context,
    catalog: &Catalog,
    root: &[u8],
    due: &[&Candidate],
    report: &mut Report,
) -> Result<(), AgentError> {
    const BATCH: usize = 64;
    let limits = Limits {
        max_pixels: ctx.config.workers.max_megapixels.saturating_mul(1_000_000),
        ..Limits::default()
    };
    let bar = ctx.out.progress(due.len() as u64, "scanning");
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::sync_channel::<(usize, Result<Seen, ReadError>)>(BATCH);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            let (send, next, limits) = (send.clone(), &next, &limits);
            scope.spawn(move || {
                while !ctx.stop.asked() {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(candidate) = due.get(index) else { break };
                    if send.send((index, read::read(candidate, limits))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        while let Ok(first) = receive.recv() {
            let batch: Vec<_> = std::iter::once(first).chain(receive.try_iter().take(BATCH - 1)).collect();
            bar.inc(batch.len() as u64);
            write_batch(catalog, root, due, &batch, report)?;
        }
        Ok::<_, AgentError>(())
    })?;
    bar.finish_and_clear();
    report.stopped = ctx.stop.asked() && next.load(Ordering::Relaxed) < due.len();
    Ok(())
}

fn write_batch(
    catalog: &Catalog,
    root: &[u8],
    due: &[&Candidate],
    batch: &[(usize, Result<Seen, ReadError>)],
    report: &mut Report,
) -> Result<(), AgentError> {
    catalog.write(|tx| {
        for (index, outcome) in batch {
            let candidate = due[*index];
            match outcome {
                Ok(seen) => match store::found(tx, root, candidate, seen)? {
                    Found::NewPhoto => report.new += 1,
                    Found::NewVersion => report.new_versions += 1,
                    Found::NewPlace => report.new_places += 1,
                    Found::Data => report.changed_data += 1,
                },
                Err(error) => {
                    // A file that is being written is not bad; it has no row and is read again.
                    if !matches!(error, ReadError::Changing) {
                        let (path, stamp) = (&candidate.path, candidate.stamp);
                        store::quarantine(tx, root, path, stamp, "scan", &error.to_string())?;
                    }
                    let file = paths::shown(&candidate.path);
                    report.unreadable.push(Unreadable { file, reason: error.to_string() });
                }
            }
        }
        Ok(())
    })
}

fn finish(
    catalog: &Catalog,
    root: &[u8],
    walked: &Walked,
    known: &store::Known,
    report: &mut Report,
) -> Result<(), AgentError> {
    let still: HashSet<Vec<u8>> = walked.pictures.iter().map(|p| paths::to_bytes(&p.path)).collect();
    report.gone = catalog.write(|tx| {
        let gone = store::gone(tx, known, &still, &walked.skipped)?;
        for Skipped { path, stamp, reason, .. } in &walked.skipped {
            store::quarantine(tx, root, path, *stamp, "scan", reason)?;
        }
        Ok(gone)
    })?;
    for skipped in &walked.skipped {
        let file = paths::shown(&skipped.path);
        report.unreadable.push(Unreadable { file, reason: skipped.reason.clone() });
    }
    report.unreadable.sort_by(|a, b| a.file.cmp(&b.file));
    // What an earlier scan could not read and nobody touched since is still unreadable.
    let listed: HashSet<&str> = report.unreadable.iter().map(|u| u.file.as_str()).collect();
    let before: Vec<Unreadable> = catalog.read(|c| store::quarantined(c, &still))?;
    let more: Vec<_> = before.into_iter().filter(|u| !listed.contains(u.file.as_str())).collect();
    report.unreadable.extend(more);
    Ok(())
}

/// Folders named on a command line, before something is selected from them.
pub fn folders(ctx: &Context, catalog: &Catalog, dirs: &[PathBuf]) -> Result<Vec<Report>, AgentError> {
    dirs.iter().map(|dir| folder(ctx, catalog, dir)).collect()
}

impl Report {
    pub fn text(&self) -> String {
        if self.offline {
            return format!(
                "{}: offline; its photos are kept. Connect the drive or share, then scan again",
                self.folder
            );
        }
        let mut parts = vec![count(self.pictures, "picture")];
        for (n, what) in [
            (self.new, "new"),
            (self.new_versions, "exported again"),
            (self.new_places, "in a further place"),
            (self.changed_data, "with changed data"),
            (self.unchanged, "unchanged"),
            (self.gone, "gone"),
            (self.unreadable.len(), "unreadable"),
            (self.raw_left_alone, "RAW left alone"),
        ] {
            if n > 0 {
                parts.push(format!("{n} {what}"));
            }
        }
        let stopped = if self.stopped { "; stopped, scan again to go on" } else { "" };
        format!("{}: {}{stopped}", self.folder, parts.join(", "))
    }
}
