//! `darkslide pricelist import`: reads, checks, keeps. Nothing is kept of a list with a mistake in it.

use std::path::Path;

use domain::text;
use serde::Serialize;

use super::{csv_file, is_csv, store, toml_file};
use crate::{
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    output::{count, shown},
    paths,
};

#[derive(Serialize)]
struct Imported<'a> {
    name: &'a str,
    list: domain::id::PriceListId,
    version: u32,
    products: usize,
    new: bool,
}

pub fn run(ctx: &Context, file: &Path, name: Option<&str>) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let path = paths::shown(file);
    let refused = |why: String| {
        AgentError::new(format!("the price list {path} cannot be used"))
            .why(why)
            .fix("correct that place and import it again; nothing was kept (docs/price-lists.md shows every key and column)")
    };
    let text = std::fs::read_to_string(file)
        .what(format!("the price list {path} cannot be read"))
        .map_err(|e| e.fix("give a TOML or CSV file in UTF-8: `darkslide pricelist import FILE.toml`"))?;
    let default = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let parsed = if is_csv(file) { csv_file::parse(&text) } else { toml_file::parse(&text) };
    let mut document = parsed.and_then(super::Parsed::checked).map_err(refused)?;
    if let Some(name) = name {
        document.name = name.to_owned();
    }
    if document.name.trim().is_empty() {
        document.name = default;
    }
    document.name = text::one_line(&document.name, 80);
    let (stored, new) = store::keep(&catalog, &document)?;
    let imported = Imported {
        name: &document.name,
        list: stored.id,
        version: stored.version,
        products: document.products.len(),
        new,
    };
    ctx.out.result(&imported, || {
        let what = if new { "kept as" } else { "unchanged, still" };
        format!(
            "price list {:?}: {}, {what} version {}\nnext: `darkslide gallery publish GALLERY --price-list {:?}`",
            shown(&document.name),
            count(document.products.len(), "product"),
            stored.version,
            document.name,
        )
    });
    Ok(Exit::Ok)
}
