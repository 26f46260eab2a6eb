//! Makes the renditions that are missing, several at a time; a bad file is set aside and the rest goes on.

use bytes::Bytes;
use darkslide_image::Rendered;
use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::recipe::{Look, Wanted};
use crate::{
    catalog::{
        Catalog,
        photos::PhotoRow,
        renditions::{Fresh, MICRO},
    },
    context::Context,
    error::AgentError,
    paths,
    render::{Pool, RenderError},
    scan::{read, store, walk::Stamp},
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Photos of which something was rendered.
    pub rendered: usize,
    /// Photos that had everything.
    pub up_to_date: usize,
    pub failed: Vec<Failed>,
    pub stopped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    pub file: String,
    pub reason: String,
}

/// A photo and whether it gets the renditions of the preferences besides its micro preview.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    pub photo: &'a PhotoRow,
    pub look: &'a Look,
    pub renditions: bool,
}

/// `retry`: also what was set aside before and has not changed since.
pub async fn make(
    ctx: &Context,
    catalog: &Catalog,
    pool: &Pool,
    tasks: &[Task<'_>],
    retry: bool,
) -> Result<Made, AgentError> {
    let mut made = Made::default();
    let mut due = Vec::new();
    for task in tasks {
        let mut missing = Vec::new();
        for wanted in task.look.wanted(task.photo, task.renditions) {
            if catalog.made(task.photo.version, wanted.kind, &wanted.recipe)?.is_none() {
                missing.push(wanted);
            }
        }
        if missing.is_empty() {
            made.up_to_date += 1;
        } else if let Some(reason) = set_aside(catalog, task.photo)?.filter(|_| !retry) {
            made.failed.push(Failed { file: task.photo.shown(), reason });
        } else {
            due.push((task, missing));
        }
    }
    let bar = ctx.out.progress(due.len() as u64, "rendering");
    // One more than there are workers: its file is read while they render.
    let parallel = pool.workers() + 1;
    // By index: the closure must not be tied to the lifetime of one task, or the future cannot be spawned.
    let mut done = stream::iter(0..due.len())
        .map(|index| {
            let (task, missing) = &due[index];
            async move {
                if ctx.stop.asked() {
                    return (index, None);
                }
                (index, Some(one(catalog, pool, task, missing).await))
            }
        })
        .buffer_unordered(parallel);
    while let Some((index, outcome)) = done.next().await {
        let task = due[index].0;
        bar.inc(1);
        match outcome {
            None => made.stopped = true,
            Some(Ok(())) => made.rendered += 1,
            Some(Err(Trouble::Catalog(error))) => return Err(error),
            Some(Err(Trouble::File { reason, quarantine })) => {
                if quarantine {
                    keep_aside(catalog, task.photo, &reason)?;
                }
                made.failed.push(Failed { file: task.photo.shown(), reason });
            }
        }
    }
    bar.finish_and_clear();
    made.failed.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(made)
}

enum Trouble {
    File { reason: String, quarantine: bool },
    Catalog(AgentError),
}

async fn one(catalog: &Catalog, pool: &Pool, task: &Task<'_>, missing: &[Wanted]) -> Result<(), Trouble> {
    let photo = task.photo;
    let bytes = original(photo).await?;
    let wanted: Vec<&Wanted> = missing.iter().collect();
    let rendered =
        pool.render(bytes, task.look.request(photo, &wanted)).await.map_err(|e: RenderError| {
            Trouble::File { reason: e.to_string(), quarantine: e.is_about_the_file() }
        })?;
    let fresh = fresh(missing, rendered).ok_or_else(|| Trouble::File {
        reason: "the renderer left something out".into(),
        quarantine: false,
    })?;
    catalog.keep_renditions(photo.version, &fresh).map_err(Trouble::Catalog)?;
    let paths: Vec<Vec<u8>> = photo.places.iter().map(|p| p.path.clone()).collect();
    let clear = catalog.write(|tx| {
        for path in &paths {
            tx.execute("DELETE FROM quarantine WHERE path = ?1 AND step = 'process'", [path])?;
        }
        Ok(())
    });
    clear.map_err(Trouble::Catalog)
}

/// The file's bytes, from the first place that still has them.
async fn original(photo: &PhotoRow) -> Result<Bytes, Trouble> {
    let version = photo.version;
    let files: Vec<_> = photo.places.iter().map(|p| paths::from_bytes(&p.path)).collect();
    let first = files.first().cloned();
    let read =
        tokio::task::spawn_blocking(move || files.iter().find_map(|path| read::original(path, version).ok()));
    if let Ok(Some(bytes)) = read.await {
        return Ok(Bytes::from(bytes));
    }
    let reason = match first {
        Some(path) if path.exists() => "it has changed since it was scanned; run `darkslide scan`".to_owned(),
        _ => "it is not there now; connect the drive it is on, then run the same command again".to_owned(),
    };
    Err(Trouble::File { reason, quarantine: false })
}

fn fresh(missing: &[Wanted], rendered: Rendered) -> Option<Vec<Fresh>> {
    let mut renditions = rendered.renditions.into_iter();
    let mut micro = rendered.micro;
    missing
        .iter()
        .map(|wanted| {
            let (width, height, bytes) = if wanted.kind == MICRO {
                let micro = micro.take()?;
                (u32::from(micro.width), u32::from(micro.height), micro.scan)
            } else {
                let r = renditions.next().filter(|r| r.name == wanted.kind)?;
                (r.width, r.height, r.jpeg)
            };
            Some(Fresh { kind: wanted.kind, recipe: wanted.recipe, width, height, bytes })
        })
        .collect()
}

/// Why a file was given up on, if it has not changed since.
fn set_aside(catalog: &Catalog, photo: &PhotoRow) -> Result<Option<String>, AgentError> {
    use rusqlite::OptionalExtension;
    let Some(place) = photo.places.first() else { return Ok(None) };
    catalog.read(|c| {
        c.prepare_cached(
            "SELECT q.reason FROM quarantine q JOIN place p ON p.path = q.path
             WHERE q.path = ?1 AND q.step = 'process' AND q.size = p.size AND q.mtime_ns = p.mtime_ns",
        )?
        .query_row([&place.path], |row| row.get(0))
        .optional()
    })
}

fn keep_aside(catalog: &Catalog, photo: &PhotoRow, reason: &str) -> Result<(), AgentError> {
    let Some(place) = photo.places.first() else { return Ok(()) };
    let path = paths::from_bytes(&place.path);
    let Ok(metadata) = std::fs::metadata(&path) else { return Ok(()) };
    catalog.write(|tx| store::quarantine(tx, &place.root, &path, Stamp::of(&metadata), "process", reason))
}
