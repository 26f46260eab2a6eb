//! `darkslide pricelist`: what prints cost. A list that was imported never changes; a change is a new version.

mod import;
mod read_csv;
mod read_toml;
mod show;
pub mod store;

use crate::{cli::gallery::PriceListCommand, context::Context, error::AgentError, exit::Exit};

pub fn run(ctx: &Context, command: PriceListCommand) -> Result<Exit, AgentError> {
    match command {
        PriceListCommand::Import { file, name } => import::run(ctx, &file, name.as_deref()),
        PriceListCommand::Show { name } => show::run(ctx, name.as_deref()),
    }
}
