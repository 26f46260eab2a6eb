//! `darkslide-operator`: what `darkslide-host` does for a host on one machine, for a host on AWS. It is told
//! where that is by the same environment variables as the functions; `infrastructure/host` sets them.

mod enrolment;
mod erase_again;
mod hold_gaps;
mod lab;
mod studio;
#[cfg(test)]
mod trial;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use darkslide_aws::Settings;
use serde::Serialize;

/// Studios and labs of a Darkslide host on AWS, and what a restore asks for.
#[derive(Parser)]
#[command(name = "darkslide-operator", version, max_term_width = 100)]
struct Cli {
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The studios on this host
    #[command(subcommand)]
    Studio(StudioCommand),
    /// The labs on this host
    #[command(subcommand)]
    Lab(LabCommand),
    /// After a restore: erase again what studios erased since the backup
    EraseAgain,
    /// After a restore: put lines on hold whose printing the restored records may not know of
    HoldGaps,
}

#[derive(Subcommand)]
enum StudioCommand {
    /// Add a studio and print the token its first computer joins with
    Add { name: String },
    /// List studios with their computers
    List,
    /// Stop a studio: its agents get no session, its galleries stay closed to customers
    Suspend { studio: String },
    /// Let a suspended studio go on
    Resume { studio: String },
    /// Print a new token for a studio whose first computer has not joined yet
    Token { studio: String },
}

#[derive(Subcommand)]
enum LabCommand {
    /// Add a lab and print the token its receiver joins with
    Add { name: String },
    /// List labs
    List,
    /// Print a new token for a lab
    Token { lab: String },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("darkslide-operator: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let settings = Settings::from_env().context(
        "This program is told where the host is by its environment. Run it as `infrastructure/host`, which \
         asks the stack",
    )?;
    let ports =
        darkslide_aws::connect(settings).await.context("The host cannot be reached")?.with_all().ports;
    match cli.command {
        Command::Studio(StudioCommand::Add { name }) => show(cli.json, &studio::add(&ports, &name).await?),
        Command::Studio(StudioCommand::List) => show(cli.json, &studio::list(&ports).await?),
        Command::Studio(StudioCommand::Suspend { studio }) => {
            show(cli.json, &studio::suspend(&ports, &studio, true).await?)
        }
        Command::Studio(StudioCommand::Resume { studio }) => {
            show(cli.json, &studio::suspend(&ports, &studio, false).await?)
        }
        Command::Studio(StudioCommand::Token { studio }) => {
            show(cli.json, &studio::token(&ports, &studio).await?)
        }
        Command::Lab(LabCommand::Add { name }) => show(cli.json, &lab::add(&ports, &name).await?),
        Command::Lab(LabCommand::List) => show(cli.json, &lab::list(&ports).await?),
        Command::Lab(LabCommand::Token { lab }) => show(cli.json, &lab::token(&ports, &lab).await?),
        Command::EraseAgain => show(cli.json, &erase_again::run(&ports).await?),
        Command::HoldGaps => show(cli.json, &hold_gaps::run(&ports).await?),
    }
}

/// JSON for programs, text for people.
fn show<T: Serialize + std::fmt::Display>(json: bool, value: &T) -> Result<()> {
    use std::io::Write;
    let text = if json { serde_json::to_string(value)? } else { value.to_string() };
    match writeln!(std::io::stdout().lock(), "{}", text.trim_end()) {
        // The reader went away (`| head`): nothing to complain about.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Text from outside, safe for a terminal.
fn safe(text: &str) -> String {
    domain::text::one_line(text, 200)
}
