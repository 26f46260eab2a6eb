//! Orders: fetched, journaled, released, rendered from the originals, and sent to the lab.

pub mod journal;
pub mod release;
#[cfg(test)]
mod sample;

use crate::{Context, Exit, cli::orders::OrdersCommand, error::AgentError};

pub async fn run(_ctx: &Context, cmd: OrdersCommand) -> Result<Exit, AgentError> {
    Err(AgentError::new(format!("{cmd:?} is not part of this build")).fix("install a newer darkslide"))
}
