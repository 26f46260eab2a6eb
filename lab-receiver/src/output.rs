//! Outputs: where prints come from.
//!
//! Printers that talk (IPP) are driven by `ipp`. Everything else takes files in folders, each in its own
//! dialect; those dialects share one trait and one way of handing over (`staging`): every file is written and
//! made durable where the printer's software does not look, and then renamed into its sight. The journal
//! keeps the job's name, so after a crash the folder itself mostly tells what the software can have seen.

pub mod ascii;
pub mod darkroom;
pub mod dpof;
pub mod hot_folder;
pub mod json_ticket;
pub mod pattern;
pub mod staging;

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use crate::{
    config::size_name,
    home::Home,
    journal::lines::LineRow,
    spool::Spool,
    verify::{LabLine, LabOrder},
};
use staging::Plan;

/// Which lines of an order go into one job of the printer's software.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    Line,
    SizeAndSurface,
    Order,
}

/// When a line counts as printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintedWhen {
    #[default]
    HandedOver,
    /// The printer's software says that it has taken the job.
    Accepted,
    /// Its files are gone from where they were put.
    Removed,
}

/// What the folder tells about a job that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Still there, or the folder cannot be reached: look again.
    Waiting,
    Accepted,
    /// The software refused it, with its reason.
    Failed(String),
    /// Not there any more, and nobody says why.
    Gone,
    Shipped(Option<String>),
}

/// One line of a job: how it stands in the journal, and what is to be printed.
#[derive(Clone, Debug)]
pub struct JobLine {
    pub row: LineRow,
    pub line: LabLine,
}

/// What goes to a printer's software in one piece. At least one line.
pub struct Job<'a> {
    pub order: &'a LabOrder,
    pub lines: &'a [JobLine],
    pub spool: &'a Spool,
    /// Given by `Driver::name`, made unique, journalled.
    pub name: &'a str,
    pub lab: &'a str,
    /// Local time, for tickets that want one.
    pub made_at: jiff::Zoned,
}

impl Job<'_> {
    pub fn size(&self) -> String {
        self.lines.first().map(|l| size_name(l.line.width_in, l.line.height_in)).unwrap_or_default()
    }

    /// What patterns of folder and ticket names may say.
    pub fn fields<'a>(&'a self, size: &'a str, digits: &'a str) -> pattern::Fields<'a> {
        let first = self.lines.first();
        pattern::Fields {
            number: &self.order.number,
            digits,
            size,
            line: first.map_or(0, |l| l.row.line),
            attempt: first.map_or(1, |l| l.row.attempt),
            surface: first.map_or("", |l| l.line.surface.as_str()),
            ..pattern::Fields::default()
        }
    }
}

/// A dialect of folders. Pure but for `answer` and `is_taken`, which look.
pub trait Driver: Send + Sync {
    fn together(&self) -> Together;
    fn printed_when(&self) -> PrintedWhen;
    /// After so many minutes without an answer a person is asked.
    fn give_up_minutes(&self) -> Option<u32>;
    /// The job's name before it is made unique; empty when the files name themselves.
    fn name(&self, job: &Job<'_>) -> String;
    /// Whether something of that name is, or was lately, there.
    fn is_taken(&self, name: &str) -> bool;
    /// Everything that will be written and renamed. An error is a matter of lab.toml.
    fn plan(&self, job: &Job<'_>) -> Result<Plan>;
    fn answer(&self, job: &Job<'_>) -> Answer;
    fn folder(&self) -> &Path;
    /// Whether its tickets say how an untouched photo is to be cut; others get it cut.
    fn takes_crops(&self) -> bool {
        false
    }
    /// Whether it may answer `Shipped` after a job was printed.
    fn tells_shipping(&self) -> bool {
        false
    }
}

/// Settings in lab.toml that make a driver.
pub trait Settings {
    /// Whether they can work at all; told by `doctor` and at the start.
    fn check(&self) -> Result<()>;
    fn driver(&self, home: &Home) -> Box<dyn Driver>;
}

/// A number for software that takes digits only: from the order's id, so it never changes.
pub fn digits(order: &LabOrder) -> String {
    let bytes = order.order.as_bytes();
    let number = bytes.iter().take(8).fold(0u64, |n, b| (n << 8) | u64::from(*b));
    format!("{:08}", number % 100_000_000)
}

/// A name no other job in the folder has.
pub fn unique_name(driver: &dyn Driver, job: &Job<'_>) -> String {
    let base = driver.name(job);
    if base.is_empty() {
        return base;
    }
    let (attempt, round) = job.lines.first().map_or((1, 0), |l| (l.row.attempt, l.row.round));
    let attempt = if attempt > 1 { format!("_A{attempt}") } else { String::new() };
    let round = if round > 0 { format!("_R{round}") } else { String::new() };
    let base = format!("{base}{attempt}{round}");
    let more = (2..).map(|n| format!("{base}_{n}"));
    std::iter::once(base.clone()).chain(more).find(|name| !driver.is_taken(name)).unwrap_or(base)
}

#[cfg(test)]
pub mod samples;
