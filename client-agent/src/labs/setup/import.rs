//! `darkslide lab setup LAB import FILE`: reads, checks, keeps. Nothing is kept of a set-up with a mistake in it.

use std::path::Path;

use super::{Setup, keep, show};
use crate::{AgentError, Context, Exit, catalog::Catalog, error::What, labs::pinned::PinnedLab, paths};

pub fn run(ctx: &Context, catalog: &Catalog, lab: &PinnedLab, file: &Path) -> Result<Exit, AgentError> {
    let path = paths::shown(file);
    let text = std::fs::read_to_string(file)
        .what(format!("the set-up {path} cannot be read"))
        .map_err(|e| e.fix("give a TOML file in UTF-8: `darkslide lab setup LAB import FILE.toml`"))?;
    let setup = Setup::parse(&text).map_err(|why| {
        AgentError::new(format!("the set-up {path} cannot be used")).why(why).fix(
            "correct that place and import it again; nothing was kept (docs/lab-setups.md shows every key)",
        )
    })?;
    keep(catalog, lab, setup, file.parent().unwrap_or(Path::new("")))?;
    show::run(ctx, catalog, lab)
}
