//! `darkslide lab setup LAB`: how a lab wants its files, and which products go there.

pub mod document;
mod edit;
mod export;
mod import;
mod show;
pub mod store;
pub mod template;

pub use document::{PrintSetup, Setup};

use std::path::Path;

use domain::{hash::Sha256, text::one_line};

use self::document::ProfileRef;
use super::{find, pinned::PinnedLab, routes};
use crate::{
    AgentError, Context, Exit, catalog::Catalog, cli::labs::SetupCommand, clock, error::What, paths,
};

pub fn run(ctx: &Context, lab: &str, command: Option<SetupCommand>) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let lab = find(&catalog, lab)?;
    match command.unwrap_or(SetupCommand::Show) {
        SetupCommand::Show => show::run(ctx, &catalog, &lab),
        SetupCommand::Set { key, value, product } => {
            edit::run(ctx, &catalog, &lab, &key, value.as_deref(), product.as_deref())
        }
        SetupCommand::Import { file } => import::run(ctx, &catalog, &lab, &file),
        SetupCommand::Export { file } => export::run(ctx, &catalog, &lab, file.as_deref()),
    }
}

/// What holds for every paired lab, one result each.
pub fn all(ctx: &Context) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    for lab in catalog.read(super::pinned::all)? {
        show::run(ctx, &catalog, &lab)?;
    }
    Ok(Exit::Ok)
}

/// The set-up with the products that go to the lab, as it is exported.
fn whole(catalog: &Catalog, lab: &PinnedLab) -> Result<Setup, AgentError> {
    catalog.read(|db| {
        let setup = store::read(db, lab.lab)?;
        let routes = routes::Routes::read(db)?;
        let products = routes.products_of(lab.lab).into_iter();
        Ok(Setup {
            usual: Some(routes.usual() == Some(lab.lab)),
            products: Some(products.map(|p| document::ProductName(p.to_owned())).collect()),
            ..setup
        })
    })
}

/// Reads the profiles it names, relative to `folder`, and keeps all of it or nothing.
fn keep(catalog: &Catalog, lab: &PinnedLab, mut setup: Setup, folder: &Path) -> Result<(), AgentError> {
    let mut read = Vec::new();
    for profile in setup.profiles() {
        match profile {
            ProfileRef::File(path) => {
                let file = folder.join(&*path);
                let bytes = profile_file(&file)?;
                *profile = ProfileRef::Kept(Sha256::of(&bytes));
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                read.push((one_line(&name, 120), bytes));
            }
            ProfileRef::Kept(sha256) => {
                if catalog.read(|db| store::profile(db, sha256))?.is_none() {
                    return Err(AgentError::new("the catalog does not hold that colour profile")
                        .why(format!("sha256:{} was never imported on this computer", sha256.hex()))
                        .fix("name the profile's file: profile = \"lab.icc\""));
                }
            }
        }
    }
    catalog.write(|tx| {
        for (name, bytes) in &read {
            store::keep_profile(tx, name, bytes)?;
        }
        store::keep(tx, lab.lab, &setup, clock::now().0)?;
        if let Some(products) = &setup.products {
            routes::only(tx, lab.lab, &products.iter().map(|p| p.0.as_str()).collect::<Vec<_>>())?;
        }
        if setup.usual == Some(true) {
            routes::set(tx, None, lab.lab)?;
        }
        Ok(())
    })
}

const MOST_PROFILE_BYTES: u64 = 16 << 20;

fn profile_file(file: &Path) -> Result<Vec<u8>, AgentError> {
    let path = paths::shown(file);
    let cannot = || format!("the colour profile {path} cannot be used");
    let about = std::fs::metadata(file)
        .what(cannot())
        .map_err(|e| e.fix("a path is looked for beside the set-up's file; `set` looks in this folder"))?;
    if !about.is_file() || about.len() > MOST_PROFILE_BYTES {
        return Err(AgentError::new(cannot()).why("it is no file, or larger than any profile"));
    }
    let bytes = std::fs::read(file).what(cannot())?;
    darkslide_image::check_profile(&bytes).map_err(|e| {
        AgentError::new(cannot())
            .why(one_line(&e.to_string(), 200))
            .fix("ask the lab for its RGB profile (.icc or .icm)")
    })?;
    Ok(bytes)
}
