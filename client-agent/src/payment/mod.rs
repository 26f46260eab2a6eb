//! `darkslide payment`: how customers pay, beside paying the studio itself (`darkslide orders mark-paid`).

mod code;
mod codes;
mod show;
mod stripe;

use crate::{AgentError, Context, Exit, cli::payment::PaymentCommand};

pub async fn run(ctx: &Context, command: PaymentCommand) -> Result<Exit, AgentError> {
    match command {
        PaymentCommand::Show => show::run(ctx).await,
        PaymentCommand::Stripe(args) => stripe::run(ctx, &args).await,
        PaymentCommand::Code(args) => code::run(ctx, &args).await,
        PaymentCommand::Codes => codes::run(ctx).await,
    }
}
