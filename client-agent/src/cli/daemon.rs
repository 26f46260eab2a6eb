//! Commands about the agent's background work.

use clap::Args;

/// What `start` hands to the daemon module.
#[derive(Debug)]
pub enum DaemonCommand {
    Run(RunArgs),
    Status,
    Doctor,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Do everything that is due once, then end
    #[arg(long)]
    pub once: bool,
}
