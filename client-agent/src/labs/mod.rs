//! Labs: pairing with them by their codes, holding them to their keys, and who prints what.

mod list;
mod pair;
pub mod pinned;
mod report;
pub mod routes;
pub mod setup;
mod use_lab;

pub use report::{Checked, check_reports};
pub use use_lab::find;

use crate::{AgentError, Context, Exit, cli::labs::LabCommand};

pub async fn run(ctx: &Context, command: LabCommand) -> Result<Exit, AgentError> {
    match command {
        LabCommand::Pair { code } => pair::run(ctx, &code).await,
        LabCommand::Use { lab, product } => use_lab::run(ctx, &lab, product.as_deref()).await,
        LabCommand::List => list::run(ctx).await,
        LabCommand::Setup { lab, command } => setup::run(ctx, &lab, command),
    }
}
