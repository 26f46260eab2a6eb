//! `darkslide lab setup LAB export [FILE]`: for the studio's other computers, and to keep.

use std::path::Path;

use super::{document::ProfileRef, store, whole};
use crate::{AgentError, Context, Exit, catalog::Catalog, error::What, labs::pinned::PinnedLab, paths};

pub fn run(
    ctx: &Context,
    catalog: &Catalog,
    lab: &PinnedLab,
    file: Option<&Path>,
) -> Result<Exit, AgentError> {
    let mut setup = whole(catalog, lab)?;
    if let Some(file) = file {
        // Profiles go beside it, so that the two are imported elsewhere together.
        let folder = file.parent().unwrap_or(Path::new(""));
        for profile in setup.profiles() {
            let ProfileRef::Kept(sha256) = profile else { continue };
            let Some((_, bytes)) = catalog.read(|db| store::profile(db, sha256))? else { continue };
            let name = format!("{}.icc", &sha256.hex()[..12]);
            let path = folder.join(&name);
            if std::fs::read(&path).map_or(true, |there| there != bytes) {
                std::fs::write(&path, &bytes)
                    .what(format!("the colour profile {} cannot be written", paths::shown(&path)))?;
            }
            *profile = ProfileRef::File(name);
        }
    }
    let text = setup.text().what("the set-up could not be written")?;
    match file {
        Some(file) => {
            let path = paths::shown(file);
            std::fs::write(file, text)
                .what(format!("the set-up {path} cannot be written"))
                .map_err(|e| e.fix("choose a file in a folder that exists and that you may write to"))?;
            ctx.out.result(&serde_json::json!({ "lab": lab.lab, "file": path }), || {
                format!("written to {path}")
            });
        }
        None => {
            ctx.out.result(&serde_json::json!({ "lab": lab.lab, "toml": text }), || text.trim_end().into())
        }
    }
    Ok(Exit::Ok)
}
