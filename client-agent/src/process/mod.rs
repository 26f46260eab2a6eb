//! `darkslide process`: a micro preview of every photo; proofs and thumbnails of those that are selected.

pub mod make;
pub mod recipe;

use std::collections::HashSet;

use serde::Serialize;

use self::{
    make::{Failed, Made, Task, make},
    recipe::Look,
};
use crate::{
    catalog::photos,
    cli::photo::ProcessArgs,
    context::Context,
    error::AgentError,
    exit::Exit,
    gallery::book,
    output::count,
    selection::{Selection, nothing_matched},
};

#[derive(Debug, Serialize)]
struct Processed {
    photos: usize,
    /// Photos that have, or should have, proofs and thumbnails.
    selected: usize,
    #[serde(flatten)]
    made: Made,
}

pub async fn run(ctx: &Context, args: &ProcessArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let all = catalog.read(photos::all)?;
    if all.is_empty() {
        return Err(nothing_matched(&Selection::default(), &all, "darkslide process"));
    }
    let folder = ctx.folders.root();
    let plain = Look::of(&ctx.config, folder, false)?;
    let selling = Look::of(&ctx.config, folder, true)?;
    let mut tasks = Vec::new();
    let mut selected = HashSet::new();
    for gallery in book::all(&catalog)? {
        if gallery.selection.is_empty() {
            continue;
        }
        let look = if gallery.price_list.is_some() { &selling } else { &plain };
        for photo in all.iter().filter(|p| gallery.selection.matches(p)) {
            selected.insert(photo.id);
            tasks.push(Task { photo, look, renditions: true });
        }
    }
    if args.auto {
        let by_preference = Selection::from_preferences(&ctx.config.subset);
        let chosen: Vec<_> = all.iter().filter(|p| by_preference.matches(p)).collect();
        if chosen.is_empty() && tasks.is_empty() {
            return Err(nothing_matched(&by_preference, &all, "darkslide process --auto"));
        }
        for photo in chosen {
            // In a gallery it has the look of the gallery already.
            if selected.insert(photo.id) {
                tasks.push(Task { photo, look: &plain, renditions: true });
            }
        }
    }
    let rest = all.iter().filter(|p| !selected.contains(&p.id));
    tasks.extend(rest.map(|photo| Task { photo, look: &plain, renditions: false }));

    let made = make(ctx, &catalog, &ctx.pool(), &tasks, args.retry).await?;
    for Failed { file, reason } in &made.failed {
        ctx.out.note(format!("cannot process {file}: {reason}"));
    }
    let exit = if made.failed.is_empty() && !made.stopped { Exit::Ok } else { Exit::Partly };
    let report = Processed { photos: all.len(), selected: selected.len(), made };
    ctx.out.result(&report, || report.text());
    Ok(exit)
}

impl Processed {
    fn text(&self) -> String {
        let mut text = format!(
            "{}, {} selected: {} rendered, {} up to date",
            count(self.photos, "photo"),
            self.selected,
            self.made.rendered,
            self.made.up_to_date,
        );
        if !self.made.failed.is_empty() {
            text.push_str(&format!(", {} set aside", self.made.failed.len()));
        }
        if self.made.stopped {
            text.push_str("; stopped, run it again to go on");
        }
        if self.selected == 0 {
            text.push_str(
                "\nno gallery selects a photo yet, so there are only micro previews: \
                 `darkslide gallery create NAME --from DIR`, or `darkslide process --auto`",
            );
        }
        text
    }
}
