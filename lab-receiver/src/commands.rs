//! One command, one file.

mod desk;
mod doctor;
mod hold;
mod init;
mod login;
mod pair;
mod printers;
mod release;
mod remake;
mod run;
mod ship;
mod status;

use std::sync::Arc;

use anyhow::{Context, Result};
use domain::id::OrderId;
use serde::Serialize;

use crate::{
    cli::{Cli, Command, HoldCommand},
    config::Config,
    home::Home,
    host,
    journal::{Journal, settings::Enrolment},
};

/// How a command that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Something waits for a person.
    Partly,
}

/// What every command needs to know of the command line.
pub struct Setting {
    pub home: Home,
    pub json: bool,
    pub quiet: bool,
    pub verbose: bool,
}

pub async fn run(cli: Cli) -> Result<Outcome> {
    let cx = Setting { home: Home::new(&cli.data), json: cli.json, quiet: cli.quiet, verbose: cli.verbose };
    if !matches!(cli.command, Command::Init(_)) {
        cx.home.require()?;
    }
    match cli.command {
        Command::Init(args) => init::run(&cx, args).await,
        Command::Login(args) => login::run(&cx, &args.url, &args.token).await,
        Command::Pair(args) => pair::run(&cx, args).await,
        Command::Run(args) => run::run(&cx, args).await,
        Command::Status => status::run(&cx),
        Command::Hold { command: HoldCommand::List } => hold::run(&cx),
        Command::Release(args) => release::run(&cx, args).await,
        Command::Remake(args) => remake::run(&cx, args).await,
        Command::Ship(args) => ship::run(&cx, args).await,
        Command::Desk(args) => desk::run(&cx, args).await,
        Command::Printers => printers::run(&cx).await,
        Command::Doctor => doctor::run(&cx).await,
    }
}

impl Setting {
    fn journal(&self) -> Result<Arc<Journal>> {
        Ok(Arc::new(Journal::open(&self.home.journal())?))
    }

    fn enrolment(&self, journal: &Journal) -> Result<Enrolment> {
        journal.enrolment()?.context(
            "this lab is not enrolled at a host yet\nask the host's operator for a token (`darkslide-host lab add NAME`), then: darkslide-lab login URL --token TOKEN",
        )
    }

    /// JSON for programs, or the text for people.
    fn print<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(value)?);
        } else if !self.quiet {
            let text = text();
            if !text.is_empty() {
                println!("{}", text.trim_end());
            }
        }
        Ok(())
    }

    fn order(&self, journal: &Journal, number: &str) -> Result<OrderId> {
        journal.order_by_number(number)?.with_context(|| {
            let shown = domain::text::one_line(number, 40);
            format!("no order {shown:?} has come here\n`darkslide-lab status` lists the orders of this lab")
        })
    }

    /// Whether what was written into the journal is acted upon at once.
    fn next_step(&self) -> &'static str {
        if self.home.is_running() {
            "the running receiver goes on with it"
        } else {
            "it goes on when `darkslide-lab run` is started"
        }
    }

    fn config(&self) -> Result<Config> {
        Config::load(&self.home)
    }

    fn client(&self, journal: &Journal) -> Result<queue_client::HostClient> {
        host::client(&self.home, &self.config()?, &self.enrolment(journal)?, self.home.key()?)
    }
}
