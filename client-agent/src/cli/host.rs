//! Commands about the host and this studio's computers.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What `start` hands to the host module.
#[derive(Debug)]
pub enum HostCommand {
    Login(LoginArgs),
    Logout,
    Machine(MachineCommand),
    Account,
}

#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Address of the host, such as https://photos.example.com
    pub url: String,
    /// What `darkslide-host studio add` or `darkslide machine invite` printed
    #[arg(long)]
    pub token: String,
    /// Name of this computer, as the studio will see it
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Certificate (PEM) of a host that made its own
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Accept http:// to another computer: token and pictures travel unencrypted
    #[arg(long)]
    pub insecure_http: bool,
}

#[derive(Debug, Subcommand)]
pub enum MachineCommand {
    /// Print a token with which one more computer joins this studio
    Invite,
    /// List the studio's computers
    List,
}
