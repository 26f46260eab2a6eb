//! `darkslide favorites`: what customers chose, back into the photographer's own programs.

mod export;
mod list;
mod names;
mod sidecar;

use wire::{lists::SubmittedList, route};

use crate::{
    cli::favorites::FavoritesCommand,
    context::Context,
    error::AgentError,
    exit::Exit,
    gallery::book::Gallery,
    host::{self, HostWhat},
    output::shown,
};

pub async fn run(ctx: &Context, command: FavoritesCommand) -> Result<Exit, AgentError> {
    match command {
        FavoritesCommand::List { gallery } => list::run(ctx, &gallery).await,
        FavoritesCommand::Export(args) => export::run(ctx, &args).await,
    }
}

/// The lists of a gallery, the newest first.
async fn fetch(ctx: &Context, gallery: &Gallery) -> Result<Vec<SubmittedList>, AgentError> {
    let path = route::fill(route::STUDIO_LISTS, &[&gallery.id]);
    let mut lists: Vec<SubmittedList> = host::client(ctx)?
        .get_all(&path)
        .await
        .host(format!("the lists of {:?} could not be read", shown(&gallery.name)))?;
    lists.sort_by_key(|l| std::cmp::Reverse(l.submitted_at));
    Ok(lists)
}
