//! Placeholder entry; the commands of this module follow.

use crate::{Context, Exit, cli::labs::LabCommand, error::AgentError};

pub async fn run(_ctx: &Context, cmd: LabCommand) -> Result<Exit, AgentError> {
    Err(AgentError::new(format!("{cmd:?} is not part of this build")).fix("install a newer darkslide"))
}
