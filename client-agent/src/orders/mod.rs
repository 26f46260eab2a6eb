//! Placeholder entry; the commands of this module follow.

use crate::{Context, Exit, cli::orders::OrdersCommand, error::AgentError};

pub async fn run(_ctx: &Context, cmd: OrdersCommand) -> Result<Exit, AgentError> {
    Err(AgentError::new(format!("{cmd:?} is not part of this build")).fix("install a newer darkslide"))
}
