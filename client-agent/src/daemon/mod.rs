//! Placeholder entry; the commands of this module follow.

use crate::{Context, Exit, cli::daemon::DaemonCommand, error::AgentError};

pub async fn run(_ctx: &Context, cmd: DaemonCommand) -> Result<Exit, AgentError> {
    Err(AgentError::new(format!("{cmd:?} is not part of this build")).fix("install a newer darkslide"))
}
