//! The command line: what a lab's operator can ask for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed; the message says why and what to do next
  2  the command line was not understood
  3  partly done, or something waits for a person (status, doctor)";

/// The laboratory's receiver: takes print orders of paired studios from a Darkslide host, checks every
/// signature and hash, prints them to hot folders or IPP printers, and reports each step back.
#[derive(Debug, Parser)]
#[command(name = "darkslide-lab", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Folder with this lab's key, journal and lab.toml
    #[arg(
        long,
        global = true,
        env = "DARKSLIDE_LAB_DATA",
        value_name = "DIR",
        default_value = "darkslide-lab"
    )]
    pub data: PathBuf,
    /// Answer in JSON, one document (run: one line an event)
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the data folder: the lab's key, its journal and a documented lab.toml
    Init(Init),
    /// Enrol this lab at a host, with the token the host's operator made (`darkslide-host lab add`)
    Login(Login),
    /// Print a pairing code for a studio, or see and refuse pairings
    Pair(Pair),
    /// Receive, verify and print until Ctrl-C
    Run(Run),
    /// Show what is on its way, printed or waiting for a person
    Status,
    /// Lines that wait for a person
    Hold {
        #[command(subcommand)]
        command: HoldCommand,
    },
    /// Let a held line go on
    ///
    /// A line that was perhaps printed already needs your answer: look at the printer's output, then say
    /// --printed or --print-again.
    Release(Release),
    /// Print a line once more because of the lab's own fault
    Remake(Remake),
    /// Tell studio and customer that an order has left
    Ship(Ship),
    /// Open the desk: a page on this computer with questions, work, and what is ready to leave
    Desk(Desk),
    /// Show the configured printers and ask the IPP ones how they are
    Printers,
    /// Check folder, key, host, clock, pairing and printers, and say what to do about what is wrong
    Doctor,
}

#[derive(Debug, Args)]
pub struct Init {
    /// What the order tickets call this lab
    #[arg(long)]
    pub name: Option<String>,
    /// Address of the host, to enrol at once
    #[arg(long, requires = "token", value_name = "URL")]
    pub host: Option<String>,
    /// Token from `darkslide-host lab add NAME`
    #[arg(long, requires = "host", env = "DARKSLIDE_LAB_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}

#[derive(Debug, Args)]
pub struct Login {
    /// Address of the host, as in https://prints.example
    pub url: String,
    /// Token from `darkslide-host lab add NAME`
    #[arg(long, env = "DARKSLIDE_LAB_TOKEN", hide_env_values = true)]
    pub token: String,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Pair {
    #[command(subcommand)]
    pub command: Option<PairCommand>,
}

#[derive(Debug, Subcommand)]
pub enum PairCommand {
    /// The studios that print here, and those that asked
    List,
    /// Stop working for a studio
    Refuse {
        /// Its id (stu_…) or name, as `pair list` shows it
        studio: String,
    },
}

#[derive(Debug, Args)]
pub struct Run {
    /// End when nothing is left to do (for scripts)
    #[arg(long)]
    pub once: bool,
}

#[derive(Debug, Subcommand)]
pub enum HoldCommand {
    /// Show them, with the reason and the command that settles each
    List,
}

#[derive(Debug, Args)]
pub struct Release {
    /// Number of the order, as on the ticket (7K3M-Q2XA)
    pub order: String,
    /// Line of the order
    #[arg(required_unless_present = "all")]
    pub line: Option<u32>,
    /// Every line of the order that is on hold
    #[arg(long, conflicts_with = "line")]
    pub all: bool,
    /// It was printed: go on without printing again
    #[arg(long, conflicts_with = "print_again")]
    pub printed: bool,
    /// It was not printed, or not well: print all its copies
    #[arg(long)]
    pub print_again: bool,
}

#[derive(Debug, Args)]
pub struct Desk {
    /// Port on this computer; 0 takes a free one
    #[arg(long, default_value_t = 7717)]
    pub port: u16,
}

#[derive(Debug, Args)]
pub struct Remake {
    /// Number of the order, as on the ticket
    pub order: String,
    /// Line of the order
    pub line: u32,
    /// What went wrong, for the studio and your own records
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Ship {
    /// Number of the order, as on the ticket
    pub order: String,
    /// Who carries it
    #[arg(long)]
    pub carrier: Option<String>,
    /// The carrier's number
    #[arg(long)]
    pub tracking: Option<String>,
}
