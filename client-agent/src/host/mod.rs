//! The host and this studio's computers: logging in, inviting another computer, keys, the signed-in client.

pub mod account;
mod client;
mod enrol;
mod invitation;
mod invite;
pub mod keys;
mod login;
mod logout;
mod machines;
mod pending;
mod show;

pub use client::{HostWhat, client, client_for, problem};
pub use enrol::key_error;
pub use show::check_studio_key;

use crate::{
    AgentError, Context, Exit,
    cli::host::{HostCommand, MachineCommand},
};

pub async fn run(ctx: &Context, command: HostCommand) -> Result<Exit, AgentError> {
    match command {
        HostCommand::Login(args) => login::run(ctx, args).await,
        HostCommand::Logout => logout::run(ctx).await,
        HostCommand::Machine(MachineCommand::Invite) => invite::run(ctx).await,
        HostCommand::Machine(MachineCommand::List) => machines::run(ctx).await,
        HostCommand::Account => show::run(ctx).await,
    }
}
