//! `darkslide photo list`: the selected photos, one a line, in the order of capture.

use domain::id::PhotoId;
use serde::Serialize;

use crate::{
    catalog::photos::{self, PhotoRow},
    cli::photo::SelectionArgs,
    context::Context,
    error::AgentError,
    exit::Exit,
    output::shown,
    selection::{Selection, nothing_matched},
};

#[derive(Serialize)]
struct Listed<'a> {
    photo: PhotoId,
    file: &'a str,
    rating: Option<i8>,
    label: Option<&'a str>,
    title: Option<&'a str>,
    keywords: &'a [String],
    captured_at: Option<&'a str>,
    width: u32,
    height: u32,
    edited: bool,
    offline: bool,
}

pub fn run(ctx: &Context, args: &SelectionArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let wanted = Selection::from_args(&catalog, args)?;
    let all = catalog.read(photos::all)?;
    let mut none = true;
    for photo in all.iter().filter(|p| wanted.matches(p)) {
        none = false;
        let file = photo.shown();
        ctx.out.result(&listed(photo, &file), || text(photo, &file));
    }
    if none { Err(nothing_matched(&wanted, &all, "darkslide photo list")) } else { Ok(Exit::Ok) }
}

fn listed<'a>(photo: &'a PhotoRow, file: &'a str) -> Listed<'a> {
    let frame = photo.frame();
    Listed {
        photo: photo.id,
        file,
        rating: photo.rating,
        label: photo.label.as_deref(),
        title: photo.title.as_deref(),
        keywords: &photo.keywords,
        captured_at: photo.captured_at.as_deref(),
        width: frame.width,
        height: frame.height,
        edited: photo.edit.is_some(),
        offline: photo.places.iter().all(|p| p.offline),
    }
}

fn text(photo: &PhotoRow, file: &str) -> String {
    let stars = usize::try_from(photo.rating.unwrap_or(0)).unwrap_or(0);
    let mut text = format!("{:<5} {file}", "*".repeat(stars));
    if let Some(title) = &photo.title {
        text.push_str(&format!("  {:?}", shown(title)));
    }
    if photo.edit.is_some() {
        text.push_str("  edited");
    }
    if photo.places.iter().all(|p| p.offline) {
        text.push_str("  offline");
    }
    text
}
