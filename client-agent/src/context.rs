//! Everything a command may use: configuration, folders, output, and the wish to stop.

use std::path::PathBuf;

use queue_client::Throttle;

use crate::{
    catalog::Catalog,
    config::Config,
    error::AgentError,
    folders::Folders,
    output::{Kept, Output},
    render::Pool,
    stop::Stop,
};

#[derive(Debug)]
pub struct Context {
    pub config: Config,
    pub folders: Folders,
    pub out: Output,
    pub stop: Stop,
    /// The `darkslide` binary that rendering workers are started from.
    pub program: PathBuf,
    /// The bound on everything this process sends.
    pub throttle: Throttle,
    /// `--yes`: do not ask before something that cannot be taken back.
    pub yes: bool,
}

impl Context {
    /// Opens the catalog and brings it to this version's shape. The profile must exist (`darkslide init`).
    pub fn catalog(&self) -> Result<Catalog, AgentError> {
        if !self.folders.exists() {
            return Err(self.no_profile());
        }
        Catalog::open(&self.folders)
    }

    /// Worker processes that render; they start when there is work.
    pub fn pool(&self) -> Pool {
        Pool::new(self.program.clone(), self.config.workers)
    }

    pub fn no_profile(&self) -> AgentError {
        AgentError::new("this computer has no Darkslide profile yet")
            .why(format!("{} does not exist", self.folders.config_file().display()))
            .fix("run `darkslide init`, or name the folder of the profile with --config DIR")
    }

    /// The same profile for work without a terminal: what it says is kept, and nothing is asked.
    pub fn kept(&self) -> (Context, Kept) {
        let kept = Kept::default();
        let out = Output { quiet: true, no_progress: true, json: false, kept: Some(kept.clone()) };
        let ctx = Context {
            config: self.config.clone(),
            folders: self.folders.clone(),
            out,
            stop: self.stop.clone(),
            program: self.program.clone(),
            throttle: self.throttle.clone(),
            yes: true,
        };
        (ctx, kept)
    }

    /// Asks on a terminal; without one only `--yes` is a yes.
    pub fn confirm(&self, question: &str) -> Result<bool, AgentError> {
        if self.yes {
            return Ok(true);
        }
        self.out.ask(question)
    }
}
