//! A folder for each size and surface, watched by the printer's own software.
//!
//! Files are copied under a hidden name and made durable first; handing over is then only renames. So after
//! a crash the folder itself mostly tells whether the printer's software can have seen them.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::pattern::{Fields, distinct, fill};
use crate::{config::size_name, home::sync_folder, journal::lines::LineRow, verify::LabLine};

/// One file of a line in the hot folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub source: PathBuf,
    pub hidden: PathBuf,
    pub visible: PathBuf,
    pub length: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Every file is still hidden.
    NothingHandedOver,
    /// Every file is there under its name.
    AllHandedOver,
    /// Some are gone: taken by the printer's software, or never made visible.
    Unclear,
}

pub struct Layout<'a> {
    pub folder: &'a Path,
    pub size_folder: &'a str,
    pub file_name: &'a str,
    pub one_file_per_copy: bool,
}

/// Which files this try of a line consists of.
pub fn plan(
    layout: &Layout<'_>,
    row: &LineRow,
    line: &LabLine,
    source: impl Fn(&str) -> PathBuf,
) -> Vec<Placement> {
    let size = size_name(line.width_in, line.height_in);
    let mut placements = Vec::new();
    for file in &line.files {
        let copies = if layout.one_file_per_copy { row.copies } else { 1 };
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
            };
            // The configuration was checked: its patterns know every field.
            let folder =
                layout.folder.join(fill(layout.size_folder, &fields).unwrap_or_else(|| size.clone()));
            let name = fill(layout.file_name, &fields)
                .unwrap_or_else(|| format!("{}_L{:02}_{}_{copy}.jpg", row.number, row.line, file.node + 1));
            let name = distinct(&name, row.attempt, layout.file_name, row.round);
            placements.push(Placement {
                source: source(&file.sha256.hex()),
                hidden: folder.join(format!(".{name}.part")),
                visible: folder.join(name),
                length: file.length,
            });
        }
    }
    placements
}

/// Copies every file under its hidden name, durably. May be repeated.
pub fn stage(placements: &[Placement]) -> Result<()> {
    for p in placements {
        if p.visible.exists() {
            bail!(
                "{} is there already: move it away, or give this printer another folder",
                p.visible.display()
            );
        }
        let folder = p.visible.parent().unwrap_or(Path::new("."));
        let what = || format!("cannot write into the hot folder {}", folder.display());
        fs::create_dir_all(folder).with_context(what)?;
        let mut from = File::open(&p.source)
            .with_context(|| format!("cannot read the spooled file {}", p.source.display()))?;
        let mut to = File::create(&p.hidden).with_context(what)?;
        let copied =
            io::copy(&mut from, &mut to).and_then(|n| to.sync_all().map(|()| n)).with_context(what)?;
        if copied != p.length {
            bail!("the spooled file {} has {copied} bytes instead of {}", p.source.display(), p.length);
        }
    }
    Ok(())
}

/// Makes the staged files visible to the printer's software.
pub fn hand_over(placements: &[Placement]) -> Result<()> {
    for p in placements {
        fs::rename(&p.hidden, &p.visible).with_context(|| format!("cannot rename {}", p.hidden.display()))?;
    }
    for p in placements {
        sync_folder(p.visible.parent().unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

/// What the folder tells after a crash between the first rename and the journal's note.
pub fn evidence(placements: &[Placement]) -> Evidence {
    let visible = |p: &Placement| fs::metadata(&p.visible).is_ok_and(|m| m.len() == p.length);
    if placements.iter().all(|p| p.hidden.exists() && !p.visible.exists()) {
        Evidence::NothingHandedOver
    } else if placements.iter().all(visible) {
        Evidence::AllHandedOver
    } else {
        Evidence::Unclear
    }
}

/// Whether the printer's software has taken every file out of the folder.
pub fn all_removed(placements: &[Placement]) -> bool {
    placements.iter().all(|p| !p.visible.exists() && p.visible.parent().is_some_and(Path::exists))
}

/// Removes staged files that will not be handed over.
pub fn unstage(placements: &[Placement]) {
    for p in placements {
        let _ = fs::remove_file(&p.hidden);
    }
}
