//! `order.json` with its pictures, for a lab's own software.
//!
//! A folder for each order: `order.json` (the ticket's schema, `ticket::order_json`, with the lines of this
//! printer only and the path of each picture) and `images/`. It appears whole, by one rename. The software
//! answers with a file in it: `accepted`, `failed` (its text is the reason) or `shipped`
//! (`{"carrier": …, "tracking": …}`, or plain text). The format is Darkslide's own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use domain::text::one_line;
use serde::Deserialize;

use super::{
    Answer, Driver, Job, PrintedWhen, Settings, Together, digits,
    pattern::{self, fill},
    staging::{Content, Move, Plan, Staged},
};
use crate::{home::Home, ticket::order_json::OrderTicket};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonTicket {
    pub folder: PathBuf,
    #[serde(default = "order_folder")]
    pub order_folder: String,
    #[serde(default = "accepted")]
    pub printed_when: PrintedWhen,
    #[serde(default = "minutes")]
    pub give_up_minutes: u32,
}

fn order_folder() -> String {
    "{number}".into()
}
fn accepted() -> PrintedWhen {
    PrintedWhen::Accepted
}
fn minutes() -> u32 {
    24 * 60
}

impl Settings for JsonTicket {
    fn check(&self) -> Result<()> {
        pattern::check_name(&self.order_folder)?;
        if !self.order_folder.contains("{number}") && !self.order_folder.contains("{digits}") {
            bail!("order_folder {:?} needs {{number}} or {{digits}}", self.order_folder);
        }
        Ok(())
    }
    fn driver(&self, home: &Home) -> Box<dyn Driver> {
        Box::new(Self { folder: home.resolve(&self.folder), ..self.clone() })
    }
}

/// What a `shipped` file may say.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Shipped {
    carrier: Option<String>,
    tracking: Option<String>,
}

fn tracking(text: &str) -> Option<String> {
    let told = match serde_json::from_str::<Shipped>(text) {
        Ok(told) => [told.carrier, told.tracking].into_iter().flatten().collect::<Vec<_>>().join(" "),
        Err(_) => text.to_owned(),
    };
    Some(one_line(&told, 120)).filter(|t| !t.is_empty())
}

impl JsonTicket {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
    fn building(&self, name: &str) -> PathBuf {
        self.folder.join(format!(".{name}.part"))
    }
    fn says(&self, name: &str, answer: &str) -> Option<String> {
        let path = self.at(name).join(answer);
        path.exists().then(|| String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned())
    }
}

impl Driver for JsonTicket {
    fn together(&self) -> Together {
        Together::Order
    }
    fn printed_when(&self) -> PrintedWhen {
        self.printed_when
    }
    fn give_up_minutes(&self) -> Option<u32> {
        Some(self.give_up_minutes)
    }
    fn takes_crops(&self) -> bool {
        true
    }

    fn name(&self, job: &Job<'_>) -> String {
        let (size, digits) = (job.size(), digits(job.order));
        fill(&self.order_folder, &job.fields(&size, &digits)).unwrap_or_else(|| job.order.number.clone())
    }

    fn is_taken(&self, name: &str) -> bool {
        self.at(name).exists() || self.building(name).exists()
    }

    fn plan(&self, job: &Job<'_>) -> Result<Plan> {
        let building = self.building(job.name);
        let mut files = Vec::new();
        let mut mine = job.order.clone();
        mine.lines = job.lines.iter().map(|l| l.line.clone()).collect();
        let now = job.made_at.timestamp().as_millisecond();
        let mut ticket = OrderTicket::of(&mine, job.lab, now, |_| None, |_, _| false);
        for (part, told) in job.lines.iter().zip(&mut ticket.lines) {
            told.attempt = Some(part.row.attempt);
            for (file, picture) in part.line.files.iter().zip(&mut told.pictures) {
                let path = format!("images/L{:02}_{}.jpg", part.row.line, file.node + 1);
                let from = job.spool.path(&file.sha256.hex());
                let content = Content::Copy { from, length: file.length };
                files.push(Staged { path: building.join(&path), content });
                picture.file = Some(path);
            }
        }
        let content = Content::Text(serde_json::to_vec_pretty(&ticket)?);
        files.push(Staged { path: building.join("order.json"), content });
        Ok(Plan { files, moves: vec![Move { hidden: building, visible: self.at(job.name) }] })
    }

    fn answer(&self, job: &Job<'_>) -> Answer {
        if let Some(text) = self.says(job.name, "shipped") {
            return Answer::Shipped(tracking(&text));
        }
        if let Some(why) = self.says(job.name, "failed") {
            let why = one_line(&why, 300);
            let why = if why.is_empty() { "it gives no reason".to_owned() } else { why };
            return Answer::Failed(format!("the lab's software refused the order: {why}"));
        }
        match () {
            () if self.says(job.name, "accepted").is_some() => Answer::Accepted,
            () if self.at(job.name).exists() || !self.folder.exists() => Answer::Waiting,
            () => Answer::Gone,
        }
    }

    fn folder(&self) -> &Path {
        &self.folder
    }
    fn tells_shipping(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
