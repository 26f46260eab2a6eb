//! `darkslide photo`: look at photos and record edits. Originals stay as they are.

mod edit;
mod list;
mod show;

use std::path::Path;

use crate::{
    catalog::photos::PhotoRow, cli::photo::PhotoCommand, context::Context, error::AgentError, exit::Exit,
    output::shown, paths,
};

pub fn run(ctx: &Context, command: PhotoCommand) -> Result<Exit, AgentError> {
    match command {
        PhotoCommand::List { selection } => list::run(ctx, &selection),
        PhotoCommand::Show { photo } => show::run(ctx, &photo),
        PhotoCommand::Edit(args) => edit::run(ctx, &args),
    }
}

/// By id, path, or a file name that only one photo has.
pub fn find<'a>(all: &'a [PhotoRow], wanted: &str) -> Result<&'a PhotoRow, AgentError> {
    find_rather(all, wanted, |_| true)
}

/// The same; of several photos with one file name the one that is rather meant. Cameras begin to count anew on every
/// card, so names come again.
pub fn find_rather<'a>(
    all: &'a [PhotoRow],
    wanted: &str,
    rather: impl Fn(&PhotoRow) -> bool,
) -> Result<&'a PhotoRow, AgentError> {
    let path = paths::to_bytes(&paths::real(Path::new(wanted)));
    let by_path = all.iter().find(|p| p.id.to_string() == wanted || p.places.iter().any(|x| x.path == path));
    if let Some(photo) = by_path {
        return Ok(photo);
    }
    let mut named: Vec<&PhotoRow> =
        all.iter().filter(|p| p.places.iter().any(|x| x.name == wanted)).collect();
    if named.iter().any(|p| rather(p)) {
        named.retain(|p| rather(p));
    }
    match named.as_slice() {
        [one] => Ok(one),
        [] => Err(AgentError::new(format!("the catalog has no photo {:?}", shown(wanted)))
            .why(format!("{} is neither a file it knows nor an id", shown(wanted)))
            .fix("scan its folder: `darkslide scan DIR`; `darkslide photo list` shows what is there")),
        many => Err(AgentError::new(format!("{} photos are called {:?}", many.len(), shown(wanted)))
            .why(many.iter().take(4).map(|p| p.shown()).collect::<Vec<_>>().join(", "))
            .fix("give the whole path or the id")),
    }
}
