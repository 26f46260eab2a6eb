//! `darkslide gallery`: what customers see, and the codes with which they see it.

mod adopt;
pub mod at_host;
pub mod book;
pub mod cards;
pub mod codes;
mod create;
mod join;
mod list;
mod look;
pub mod publish;
pub mod roster;
mod share;
mod unpublish;
mod waiting;

use crate::{cli::gallery::GalleryCommand, context::Context, error::AgentError, exit::Exit};

pub async fn run(ctx: &Context, command: GalleryCommand) -> Result<Exit, AgentError> {
    match command {
        GalleryCommand::Create(args) => tokio::task::block_in_place(|| create::run(ctx, &args)),
        GalleryCommand::Publish(args) => publish::run(ctx, &args).await,
        GalleryCommand::Unpublish(args) => unpublish::run(ctx, &args).await,
        GalleryCommand::Share(args) => share::run(ctx, &args).await,
        GalleryCommand::Look(args) => look::run(ctx, &args).await,
        GalleryCommand::Waiting { gallery } => waiting::run(ctx, &gallery).await,
        GalleryCommand::List => list::run(ctx),
        GalleryCommand::Adopt(args) => adopt::run(ctx, &args).await,
    }
}
