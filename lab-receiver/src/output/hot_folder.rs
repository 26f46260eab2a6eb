//! A folder for each size and surface, watched by the printer's own software: what most hot folders of
//! dye-sublimation printers take (DNP Hot Folder Print's `s4x6` folders, Citizen's, HiTi's).
//!
//! Sources: DNP, "Hot Folder Print User Guide" (a folder for each size below `Prints`, file names are free but
//! for duplex). How copies are told differs between products, so the name is a pattern, and a file for each
//! copy is the fallback that all of them understand.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Deserialize;

use super::{
    Answer, Driver, Job, PrintedWhen, Settings, Together,
    pattern::{self, Fields, distinct, fill},
    staging::{Content, Move, Plan, Staged},
};
use crate::{config::size_name, home::Home};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HotFolder {
    pub folder: PathBuf,
    #[serde(default = "size_folder")]
    pub size_folder: String,
    #[serde(default = "file_name")]
    pub file_name: String,
    #[serde(default)]
    pub one_file_per_copy: bool,
    #[serde(default)]
    pub printed_when: PrintedWhen,
}

fn size_folder() -> String {
    "{size}_{surface}".into()
}
fn file_name() -> String {
    "{number}_L{line}_{picture}_x{copies}.jpg".into()
}

impl Settings for HotFolder {
    fn check(&self) -> Result<()> {
        if self.printed_when == PrintedWhen::Accepted {
            anyhow::bail!("a hot folder does not answer: printed_when is \"handed_over\" or \"removed\"");
        }
        pattern::check(&self.size_folder, &self.file_name, self.one_file_per_copy)
    }
    fn driver(&self, home: &Home) -> Box<dyn Driver> {
        Box::new(Self { folder: home.resolve(&self.folder), ..self.clone() })
    }
}

impl HotFolder {
    fn moves(&self, job: &Job<'_>) -> Vec<(Staged, Move)> {
        let mut found = Vec::new();
        for part in job.lines {
            let (row, line) = (&part.row, &part.line);
            let size = size_name(line.width_in, line.height_in);
            for file in &line.files {
                let own = format!("L{:02}_{}", row.line, file.node + 1);
                let name = if file.print_name.is_empty() { &own } else { &file.print_name };
                let copies = if self.one_file_per_copy { row.copies } else { 1 };
                for copy in 1..=copies {
                    let fields = Fields {
                        number: &row.number,
                        line: row.line,
                        picture: file.node + 1,
                        copies: row.copies,
                        copy,
                        attempt: row.attempt,
                        size: &size,
                        surface: line.surface.as_str(),
                        digits: "",
                        name,
                    };
                    // The configuration was checked: its patterns know every field.
                    let folder =
                        self.folder.join(fill(&self.size_folder, &fields).unwrap_or_else(|| size.clone()));
                    let name = fill(&self.file_name, &fields).unwrap_or_else(|| {
                        format!("{}_L{:02}_{}_{copy}.jpg", row.number, row.line, file.node + 1)
                    });
                    let name = distinct(&name, row.attempt, &self.file_name, row.round);
                    let hidden = folder.join(format!(".{name}.part"));
                    let from = job.spool.path(&file.sha256.hex());
                    let content = Content::Copy { from, length: file.length };
                    let staged = Staged { path: hidden.clone(), content };
                    found.push((staged, Move { hidden, visible: folder.join(name) }));
                }
            }
        }
        found
    }
}

impl Driver for HotFolder {
    fn together(&self) -> Together {
        Together::Line
    }
    fn printed_when(&self) -> PrintedWhen {
        self.printed_when
    }
    fn give_up_minutes(&self) -> Option<u32> {
        None
    }
    fn name(&self, _: &Job<'_>) -> String {
        String::new()
    }
    fn is_taken(&self, _: &str) -> bool {
        false
    }
    fn plan(&self, job: &Job<'_>) -> Result<Plan> {
        let (files, moves) = self.moves(job).into_iter().unzip();
        Ok(Plan { files, moves })
    }
    fn answer(&self, job: &Job<'_>) -> Answer {
        // A share that is away has no parent folder: nothing was removed from it.
        let removed = |m: &Move| !m.visible.exists() && m.visible.parent().is_some_and(Path::exists);
        if self.moves(job).iter().all(|(_, m)| removed(m)) { Answer::Gone } else { Answer::Waiting }
    }
    fn folder(&self) -> &Path {
        &self.folder
    }
}
