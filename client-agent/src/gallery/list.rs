//! `darkslide gallery list`: the galleries of this machine, from its own catalog.

use serde::Serialize;

use super::{
    book::{self, state_text},
    codes,
    publish::batches,
};
use crate::{
    catalog::photos,
    context::Context,
    error::AgentError,
    exit::Exit,
    output::{count, shown},
};

#[derive(Serialize)]
struct Listed {
    gallery: domain::id::GalleryId,
    name: String,
    state: &'static str,
    at_host: bool,
    published: usize,
    /// What its selection has now.
    selected: usize,
    codes: usize,
    sells_prints: bool,
    selection: crate::selection::Selection,
}

pub fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let galleries = book::all(&catalog)?;
    if galleries.is_empty() {
        ctx.out.say("no gallery yet; make one: `darkslide gallery create NAME --from DIR`");
    }
    let photos = catalog.read(photos::all)?;
    for gallery in galleries {
        let listed = Listed {
            gallery: gallery.id,
            state: state_text(gallery.state),
            at_host: gallery.revision > 0,
            published: batches::shown_count(&catalog, gallery.id)?,
            selected: photos.iter().filter(|p| gallery.selection.matches(p)).count(),
            codes: codes::of(&catalog, gallery.id)?.len(),
            sells_prints: gallery.price_list.is_some(),
            name: gallery.name,
            selection: gallery.selection,
        };
        ctx.out.result(&listed, || {
            let where_ = if listed.at_host { "" } else { ", not at the host yet" };
            let sells = if listed.sells_prints { ", sells prints" } else { "" };
            format!(
                "{}: {}, {} published, {}{sells}{where_}",
                shown(&listed.name),
                listed.state,
                count(listed.published, "photo"),
                count(listed.codes, "code"),
            )
        });
    }
    Ok(Exit::Ok)
}
