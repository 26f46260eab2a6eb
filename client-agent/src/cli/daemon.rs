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
    /// Serve no desk for the browser
    #[arg(long)]
    pub no_desk: bool,
}

#[derive(Debug, Args)]
pub struct UploadsArgs {
    /// At most so many KiB a second; 0: as fast as the line allows
    #[arg(long, value_name = "KIB")]
    pub limit: Option<u32>,
    /// Send nothing until --resume; orders still come in
    #[arg(long, conflicts_with = "resume")]
    pub pause: bool,
    /// Go on sending
    #[arg(long)]
    pub resume: bool,
}

#[derive(Debug, Args)]
pub struct DeskArgs {
    /// Print the link, and open no browser
    #[arg(long)]
    pub no_open: bool,
    /// Port on this computer; default: the one of last time, or a free one
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
}
