//! Orders: fetched, journaled, released, rendered from the originals, and sent to the lab.
//!
//! The way of an order: [`fetch`] takes it over, [`release_due`] or `approve` lets it go, [`send`] brings
//! this machine's part of it to the host. Each reads on from the [`journal`]; none needs the daemon.

mod adjust;
mod approve;
mod cancel;
pub mod check;
mod decide_again;
mod delivered;
mod desk;
mod digital;
mod due;
mod fetch;
mod find;
mod hold;
pub mod journal;
mod list;
mod manifest;
mod mark_paid;
mod mismatch;
pub(crate) mod original;
mod plan;
mod preview;
mod prints;
pub(crate) mod recipe;
mod refund_note;
pub mod release;
mod release_due;
mod remake;
mod render;
mod reorder;
#[cfg(test)]
pub(crate) mod sample;
mod send;
mod show;
mod sync;
mod trusted_lab;
mod upload;
mod upload_parts;
mod use_newer;

pub use desk::Desk;
pub use show::{day, moment, stage_word};
pub use sync::sync_with;

use crate::{AgentError, Context, Exit, cli::orders::OrdersCommand};

pub async fn run(ctx: &Context, command: OrdersCommand) -> Result<Exit, AgentError> {
    match command {
        OrdersCommand::List => list::run(ctx).await,
        OrdersCommand::Show { order } => show::run(ctx, &order).await,
        OrdersCommand::MarkPaid { order } => mark_paid::run(ctx, &order).await,
        OrdersCommand::Approve(args) => approve::run(ctx, args).await,
        OrdersCommand::Cancel { order, reason } => cancel::run(ctx, &order, reason).await,
        OrdersCommand::Adjust(args) => adjust::run(ctx, &args).await,
        OrdersCommand::Hold(args) => hold::run(ctx, &args).await,
        OrdersCommand::RefundNote(args) => refund_note::run(ctx, &args).await,
        OrdersCommand::Remake(args) => remake::run(ctx, &args).await,
        OrdersCommand::Reorder(args) => reorder::run(ctx, &args).await,
        OrdersCommand::Delivered(args) => delivered::run(ctx, &args).await,
        OrdersCommand::UseNewer { order, line } => use_newer::run(ctx, &order, line).await,
        OrdersCommand::Sync => sync::run(ctx).await,
    }
}
