//! `darkslide pricelist`: what prints cost. A list that was imported never changes; a change is a new version.

pub mod cells;
mod csv_file;
mod draft;
mod export;
mod import;
mod show;
pub mod store;
#[cfg(test)]
mod tests;
mod toml_file;

use std::{collections::BTreeMap, path::Path};

use wire::galleries::PriceListDocument;

use crate::{cli::gallery::PriceListCommand, context::Context, error::AgentError, exit::Exit};

/// A list as it was read, and the line of each product, for what is found wrong with the whole.
#[derive(Debug)]
struct Parsed {
    document: PriceListDocument,
    lines: BTreeMap<String, usize>,
}

impl Parsed {
    /// The rules of the domain, with the line that breaks one.
    fn checked(self) -> Result<PriceListDocument, String> {
        match store::check(&self.document) {
            Ok(()) => Ok(self.document),
            Err(error) => Err(match error.product().and_then(|p| self.lines.get(p)) {
                Some(line) => format!("line {line}: {error}"),
                None => error.to_string(),
            }),
        }
    }
}

fn is_csv(file: &Path) -> bool {
    file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"))
}

pub fn run(ctx: &Context, command: PriceListCommand) -> Result<Exit, AgentError> {
    match command {
        PriceListCommand::Import { file, name } => import::run(ctx, &file, name.as_deref()),
        PriceListCommand::Export { name, file } => export::run(ctx, &name, file.as_deref()),
        PriceListCommand::Show { name } => show::run(ctx, name.as_deref()),
    }
}
