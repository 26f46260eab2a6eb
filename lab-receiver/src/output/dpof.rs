//! DPOF orders for minilab controllers: a folder for each size and paper, with `MISC/AUTPRINT.MRK`.
//!
//! The folder's first letter is the conversation: `p…` is being written, `o…` is ready; the controller
//! renames it `e…` when it took the order and `q…` when it did not (which says that the order could not be
//! read, not that the engine stopped).
//!
//! Sources, and where writers in the field disagree:
//! * "Digital Print Order Format", version 1.10 (Canon, Kodak, Fuji, Matsushita, July 2000): sections, field
//!   names, `PRT PID` 001 to 999, `PRT QTY`, `<IMG SRC>` relative to MISC. A camera writes it so:
//!   REV 01.10, no spaces round `=`, pictures below DCIM, no vendor block.
//! * LifePics' `FormatNoritsu` (QSS): letters p, o, e, q; folder `o<6 digits>`; IMAGE; spaces round `=`;
//!   REV 01.00; no `USR CID`; an empty `-STR ""` crashes some controllers, so `PRT CVP1 = 0` is written.
//! * HitePhoto's `NoritsuMrkWriter`: `o<order>_<size>`; pictures beside MISC; REV 01.10; `USR CID`.
//! * Order Hub's `dpof-generator`: no spaces; IMAGE, later IMAGES; numeric `USR CID` for Noritsu, none for Epson.
//! * The City of Helsinki's picture shop (Epson SureLab Order Controller): IMAGES,
//!   vendor block `"SEIKO EPSON" -ATR "Print Info"` without a size: the channel alone decides.
//!
//! So each of those points is a setting, and the dialect only their default.

mod mrk;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{
    Answer, Driver, Job, PrintedWhen, Settings, Together, ascii, digits,
    pattern::{self, fill},
    staging::{Content, Move, Plan, Staged},
};
use crate::home::Home;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    Noritsu,
    Epson,
    /// Plain DPOF 1.10, as on a camera's card.
    Camera,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerId {
    None,
    /// `7K3M-Q2XA`
    Number,
    /// Eight digits.
    Digits,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dpof {
    pub folder: PathBuf,
    pub dialect: Dialect,
    #[serde(default = "order_folder")]
    pub order_folder: String,
    /// Of folders: being written, ready, accepted, failed.
    #[serde(default = "letters")]
    pub letters: [String; 4],
    #[serde(default)]
    pub images: Option<String>,
    #[serde(default)]
    pub spaces: Option<bool>,
    #[serde(default)]
    pub revision: Option<String>,
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    #[serde(default)]
    pub creator: Option<String>,
    #[serde(default = "input")]
    pub input: String,
    /// By `8x10_lustre`, or `8x10` for every surface.
    #[serde(default)]
    pub channels: BTreeMap<String, u32>,
    /// What the controller calls a size; else `8x10`.
    #[serde(default)]
    pub papers: BTreeMap<String, String>,
    #[serde(default = "yes")]
    pub back_print: bool,
    #[serde(default = "accepted")]
    pub printed_when: PrintedWhen,
    #[serde(default = "minutes")]
    pub give_up_minutes: u32,
}

fn order_folder() -> String {
    "{number}_{size}".into()
}
fn letters() -> [String; 4] {
    ["p", "o", "e", "q"].map(str::to_owned)
}
fn input() -> String {
    "Other-M".into()
}
fn yes() -> bool {
    true
}
fn accepted() -> PrintedWhen {
    PrintedWhen::Accepted
}
fn minutes() -> u32 {
    60
}

impl Dpof {
    fn images(&self) -> &str {
        self.images.as_deref().unwrap_or(match self.dialect {
            Dialect::Noritsu => "IMAGE",
            Dialect::Epson => "IMAGES",
            // DCF: three digits and five letters.
            Dialect::Camera => "DCIM/100DARKS",
        })
    }
    fn spaces(&self) -> bool {
        self.spaces.unwrap_or(self.dialect != Dialect::Camera)
    }
    fn revision(&self) -> &str {
        self.revision.as_deref().unwrap_or(if self.dialect == Dialect::Camera { "01.10" } else { "01.00" })
    }
    fn customer_id(&self) -> CustomerId {
        let usual = if self.dialect == Dialect::Noritsu { CustomerId::Digits } else { CustomerId::None };
        self.customer_id.unwrap_or(usual)
    }
    fn creator(&self) -> &str {
        let usual = if self.dialect == Dialect::Noritsu { "NORITSU KOKI" } else { "DARKSLIDE" };
        self.creator.as_deref().unwrap_or(usual)
    }
    fn at(&self, letter: usize, name: &str) -> PathBuf {
        self.folder.join(format!("{}{name}", self.letters[letter]))
    }
    /// DCF wants four letters and four digits on a card; controllers take any short name.
    fn file_name(&self, n: usize) -> String {
        if self.dialect == Dialect::Camera { format!("DARK{n:04}.JPG") } else { format!("{n:04}.jpg") }
    }

    fn channel(&self, size: &str, surface: &str) -> Result<Option<u32>> {
        let known = self.channels.get(&format!("{size}_{surface}")).or_else(|| self.channels.get(size));
        if known.is_none() && self.dialect != Dialect::Camera {
            bail!(
                "lab.toml names no channel of this printer for {size} {surface}: add channels = {{ \"{size}_{surface}\" = … }}"
            );
        }
        Ok(known.copied())
    }
}

impl Settings for Dpof {
    fn check(&self) -> Result<()> {
        pattern::check_name(&self.order_folder)?;
        if !self.order_folder.contains("{number}") && !self.order_folder.contains("{digits}") {
            bail!("order_folder {:?} needs {{number}} or {{digits}}", self.order_folder);
        }
        for letter in &self.letters {
            pattern::check_name(&format!("{letter}{}", self.order_folder))?;
        }
        let distinct: std::collections::BTreeSet<_> =
            self.letters.iter().map(|l| l.to_ascii_lowercase()).collect();
        if distinct.len() != 4 {
            bail!("letters {:?} must be four different beginnings of folder names", self.letters);
        }
        for part in self.images().split('/').filter(|_| !self.images().is_empty()) {
            pattern::check_name(part)?;
        }
        if !matches!(self.revision(), "01.00" | "01.10") {
            bail!("revision is {:?}; there are \"01.00\" and \"01.10\"", self.revision());
        }
        for (key, channel) in &self.channels {
            let size = key.split('_').next().unwrap_or_default();
            if crate::config::parse_size(size).as_deref() != Some(size) {
                bail!(
                    "the channel {key:?} must be named by a size such as \"8x10\" or \"8x10_lustre\", the shorter side first"
                );
            }
            if !(1..=999).contains(channel) {
                bail!("the channel of {key} is {channel}; it must be from 1 to 999");
            }
        }
        Ok(())
    }
    fn driver(&self, home: &Home) -> Box<dyn Driver> {
        Box::new(Self { folder: home.resolve(&self.folder), ..self.clone() })
    }
}

impl Driver for Dpof {
    fn together(&self) -> Together {
        Together::SizeAndSurface
    }
    fn printed_when(&self) -> PrintedWhen {
        self.printed_when
    }
    fn give_up_minutes(&self) -> Option<u32> {
        Some(self.give_up_minutes)
    }

    fn name(&self, job: &Job<'_>) -> String {
        let (size, digits) = (job.size(), digits(job.order));
        fill(&self.order_folder, &job.fields(&size, &digits))
            .unwrap_or_else(|| format!("{}_{size}", job.order.number))
    }

    fn is_taken(&self, name: &str) -> bool {
        (0..4).any(|letter| self.at(letter, name).exists())
    }

    fn plan(&self, job: &Job<'_>) -> Result<Plan> {
        let first = job.lines.first().context("a job without lines")?;
        let size = job.size();
        let channel = self.channel(&size, first.line.surface.as_str())?;
        let building = self.at(0, job.name);
        let mut files = Vec::new();
        let mut prints = Vec::new();
        for part in job.lines {
            for file in &part.line.files {
                let name = self.file_name(prints.len() + 1);
                let relative =
                    if self.images().is_empty() { name } else { format!("{}/{name}", self.images()) };
                let from = job.spool.path(&file.sha256.hex());
                let content = Content::Copy { from, length: file.length };
                files.push(Staged { path: building.join(&relative), content });
                prints.push(mrk::Print {
                    quantity: part.row.copies,
                    source: format!("../{relative}"),
                    back: ascii::plain(&part.line.back_print, 40),
                    note: format!("{} L{:02}-{}", job.order.number, part.row.line, file.node + 1),
                });
            }
        }
        if prints.len() > 999 {
            bail!(
                "DPOF takes 999 pictures in one order, and these are {}: print it to another printer",
                prints.len()
            );
        }
        let paper = self.papers.get(&size).cloned().unwrap_or(size);
        let header = mrk::Header {
            number: &job.order.number,
            digits: &digits(job.order),
            made_at: &job.made_at,
            channel,
            paper: &paper,
        };
        let text = mrk::write(self, &header, &prints);
        files.push(Staged {
            path: building.join("MISC/AUTPRINT.MRK"),
            content: Content::Text(text.into_bytes()),
        });
        Ok(Plan { files, moves: vec![Move { hidden: building, visible: self.at(1, job.name) }] })
    }

    fn answer(&self, job: &Job<'_>) -> Answer {
        if self.at(3, job.name).exists() {
            return Answer::Failed(format!(
                "the controller refused the order: it renamed its folder {}{}; look at its screen",
                self.letters[3], job.name
            ));
        }
        match () {
            () if self.at(2, job.name).exists() => Answer::Accepted,
            () if self.at(1, job.name).exists() || !self.folder.exists() => Answer::Waiting,
            () => Answer::Gone,
        }
    }

    fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests;
