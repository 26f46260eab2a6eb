//! A text ticket for each order, as Darkroom's hot folder reads it.
//!
//! `Order{n}.TXT`: `Name=value`, CRLF. Fields are sticky: a value holds for every following picture until it
//! is given again, and `Filepath` is what orders a print, so it comes last. What was printed moves to
//! `processed/`; what failed gets an `.err` beside it.
//!
//! Sources: the order files of two integrators (Order Hub's `darkroom-pro` output; Sportsline's dashboard,
//! README, "Darkroom TXT File Format"). They disagree: one relies on sticky fields, the other repeats all of
//! them before each picture "for safety", since a quantity that carries over prints too much. Here every field
//! is repeated, which both ways of reading understand. One writes `Media`, the other a `Template`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use domain::{price_list::Surface, text::one_line};
use serde::Deserialize;

use super::{
    Answer, Driver, Job, PrintedWhen, Settings, Together, ascii, digits,
    pattern::{self, fill},
    staging::{Content, Move, Plan, Staged},
};
use crate::{config::size_name, home::Home};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    #[default]
    Utf8,
    Ascii,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Darkroom {
    pub folder: PathBuf,
    #[serde(default = "ticket_name")]
    pub ticket_name: String,
    /// Where the pictures are put; below `folder` unless absolute.
    #[serde(default = "images")]
    pub images: PathBuf,
    /// How the printer's computer sees `images`, when it is another one: `Z:\orders\images`.
    #[serde(default)]
    pub images_seen_as: Option<String>,
    #[serde(default = "processed")]
    pub processed: String,
    /// What the software calls a size; else `8x10`.
    #[serde(default)]
    pub sizes: BTreeMap<String, String>,
    /// What it calls a surface; no `Media` field for one that is not named.
    #[serde(default)]
    pub media: BTreeMap<String, String>,
    /// The field that carries the back print.
    #[serde(default)]
    pub back_print_field: Option<String>,
    #[serde(default)]
    pub encoding: Encoding,
    #[serde(default = "accepted")]
    pub printed_when: PrintedWhen,
    #[serde(default = "minutes")]
    pub give_up_minutes: u32,
}

fn ticket_name() -> String {
    "Order{number}".into()
}
fn images() -> PathBuf {
    "images".into()
}
fn processed() -> String {
    "processed".into()
}
fn accepted() -> PrintedWhen {
    PrintedWhen::Accepted
}
fn minutes() -> u32 {
    60
}

impl Settings for Darkroom {
    fn check(&self) -> Result<()> {
        pattern::check_name(&self.ticket_name)?;
        pattern::check_name(&self.processed)?;
        if !self.ticket_name.contains("{number}") && !self.ticket_name.contains("{digits}") {
            bail!("ticket_name {:?} needs {{number}} or {{digits}}", self.ticket_name);
        }
        if let Some(field) = &self.back_print_field
            && (field.trim().is_empty() || field.contains(['=', '\r', '\n']))
        {
            bail!("back_print_field {field:?} is not the name of a field");
        }
        for surface in self.media.keys() {
            if !Surface::ALL.iter().any(|known| known.as_str() == surface) {
                let all: Vec<&str> = Surface::ALL.iter().map(|s| s.as_str()).collect();
                bail!("media names {surface:?}; surfaces are {}", all.join(", "));
            }
        }
        Ok(())
    }
    fn driver(&self, home: &Home) -> Box<dyn Driver> {
        let folder = home.resolve(&self.folder);
        let images = folder.join(&self.images);
        Box::new(Self { folder, images, ..self.clone() })
    }
}

impl Darkroom {
    fn ticket(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.TXT"))
    }
    fn done(&self, name: &str) -> PathBuf {
        self.folder.join(&self.processed).join(format!("{name}.TXT"))
    }
    fn errors(&self, name: &str) -> [PathBuf; 2] {
        [format!("{name}.err"), format!("{name}.TXT.err")].map(|n| self.folder.join(n))
    }

    fn seen(&self, job: &str, file: &str) -> String {
        let Some(prefix) = &self.images_seen_as else {
            return self.images.join(job).join(file).display().to_string();
        };
        let slash = if prefix.contains('\\') { '\\' } else { '/' };
        format!("{}{slash}{job}{slash}{file}", prefix.trim_end_matches(['\\', '/']))
    }

    fn text(&self, text: &str) -> String {
        match self.encoding {
            Encoding::Utf8 => one_line(text, 200),
            Encoding::Ascii => ascii::plain(text, 200),
        }
    }
}

/// The last word is the family name: the software sorts by it.
fn names(full: &str) -> (&str, &str) {
    full.rsplit_once(' ').unwrap_or(("", full))
}

impl Driver for Darkroom {
    fn together(&self) -> Together {
        Together::Order
    }
    fn printed_when(&self) -> PrintedWhen {
        self.printed_when
    }
    fn give_up_minutes(&self) -> Option<u32> {
        Some(self.give_up_minutes)
    }

    fn name(&self, job: &Job<'_>) -> String {
        let (size, digits) = (job.size(), digits(job.order));
        fill(&self.ticket_name, &job.fields(&size, &digits))
            .unwrap_or_else(|| format!("Order{}", job.order.number))
    }

    fn is_taken(&self, name: &str) -> bool {
        let [a, b] = self.errors(name);
        [self.ticket(name), self.done(name), self.images.join(name), a, b].iter().any(|p| p.exists())
    }

    fn plan(&self, job: &Job<'_>) -> Result<Plan> {
        let customer = self.text(&job.order.customer.name);
        let (first, last) = names(&customer);
        let mut lines = vec![
            format!("OrderFirstName={first}"),
            format!("OrderLastName={last}"),
            format!("OrderEmail={}", self.text(job.order.customer.email.as_deref().unwrap_or_default())),
            format!("ExtOrderNum={}", job.order.number),
        ];
        let mut files = Vec::new();
        for part in job.lines {
            let size = size_name(part.line.width_in, part.line.height_in);
            for file in &part.line.files {
                let name = format!("L{:02}_{}.jpg", part.row.line, file.node + 1);
                let from = job.spool.path(&file.sha256.hex());
                let content = Content::Copy { from, length: file.length };
                files.push(Staged { path: self.images.join(job.name).join(&name), content });
                lines.push(String::new());
                lines.push(format!("Qty={}", part.row.copies));
                lines.push(format!("Size={}", self.sizes.get(&size).unwrap_or(&size)));
                if let Some(media) = self.media.get(part.line.surface.as_str()) {
                    lines.push(format!("Media={}", self.text(media)));
                }
                if let Some(field) = &self.back_print_field {
                    lines.push(format!("{field}={}", self.text(&part.line.back_print)));
                }
                lines.push(format!("Filepath={}", self.seen(job.name, &name)));
            }
        }
        lines.push(String::new());
        let hidden = self.folder.join(format!(".{}.part", job.name));
        let content = Content::Text(lines.join("\r\n").into_bytes());
        files.push(Staged { path: hidden.clone(), content });
        Ok(Plan { files, moves: vec![Move { hidden, visible: self.ticket(job.name) }] })
    }

    fn answer(&self, job: &Job<'_>) -> Answer {
        if let Some(error) = self.errors(job.name).iter().find(|p| p.exists()) {
            let bytes = fs::read(error).unwrap_or_default();
            let why = one_line(&String::from_utf8_lossy(&bytes), 300);
            let why = if why.is_empty() { "it gives no reason".to_owned() } else { why };
            let name = error.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            return Answer::Failed(format!("the printer's software refused the ticket ({name}): {why}"));
        }
        match () {
            () if self.done(job.name).exists() => Answer::Accepted,
            () if self.ticket(job.name).exists() || !self.folder.exists() => Answer::Waiting,
            () => Answer::Gone,
        }
    }

    fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests;
