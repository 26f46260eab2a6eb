//! `darkslide batch`: the orders of a gallery that are delivered at school together. They are collected until a
//! day, released as one, and packed class by class with slips and labels.

mod children;
mod gather;
mod labels;
mod release;
mod show;
mod slips;
mod words;

pub use gather::{Deadlines, any, packed};

use crate::{AgentError, Context, Exit, cli::batch::BatchCommand};

pub async fn run(ctx: &Context, command: BatchCommand) -> Result<Exit, AgentError> {
    match command {
        BatchCommand::Show { gallery } => show::run(ctx, &gallery),
        BatchCommand::Slips(args) => slips::run(ctx, &args),
        BatchCommand::Labels(args) => labels::run(ctx, &args),
        BatchCommand::Release(args) => release::run(ctx, &args).await,
    }
}
