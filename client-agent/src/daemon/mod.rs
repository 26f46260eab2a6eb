//! The agent in the background, and what can be seen of it: `run`, `status`, `doctor`.

mod bound;
mod component;
mod doctor;
mod health;
mod heartbeat;
mod listing;
mod lock;
mod notices;
mod publish_due;
mod queue;
mod restored;
mod run;
mod shared;
mod status;
mod watch;
mod worker;

pub use self::{lock::is_taken as is_running, run::run_with_desk};
use crate::{AgentError, Context, Exit, cli::daemon::DaemonCommand};

pub async fn run(ctx: &Context, command: DaemonCommand) -> Result<Exit, AgentError> {
    match command {
        DaemonCommand::Run(args) => run::run(ctx, &args).await,
        DaemonCommand::Status => status::run(ctx).await,
        DaemonCommand::Doctor => doctor::run(ctx).await,
    }
}
