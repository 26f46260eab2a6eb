//! Handing files over: written where nobody looks, made durable, then renamed into sight.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::home::sync_folder;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Copy { from: PathBuf, length: u64 },
    Text(Vec<u8>),
}

/// A file to be written where the printer's software does not look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    pub path: PathBuf,
    pub content: Content,
}

/// A rename that shows something to the printer's software.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub hidden: PathBuf,
    pub visible: PathBuf,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub files: Vec<Staged>,
    pub moves: Vec<Move>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Everything is still hidden.
    NothingHandedOver,
    /// Everything is there under its name.
    AllHandedOver,
    /// Some are gone: taken by the printer's software, or never made visible.
    Unclear,
}

/// Writes every file, durably. May be repeated.
pub fn stage(plan: &Plan) -> Result<()> {
    for m in &plan.moves {
        if m.visible.exists() {
            bail!(
                "{} is there already: move it away, or give this printer another folder",
                m.visible.display()
            );
        }
    }
    let mut folders = Vec::new();
    for file in &plan.files {
        let folder = file.path.parent().unwrap_or(Path::new("."));
        let what = || format!("cannot write into the folder {}", folder.display());
        fs::create_dir_all(folder).with_context(what)?;
        let mut to = File::create(&file.path).with_context(what)?;
        match &file.content {
            Content::Text(bytes) => to.write_all(bytes).with_context(what)?,
            Content::Copy { from, length } => {
                let mut source = File::open(from)
                    .with_context(|| format!("cannot read the spooled file {}", from.display()))?;
                let copied = io::copy(&mut source, &mut to).with_context(what)?;
                if copied != *length {
                    bail!("the spooled file {} has {copied} bytes instead of {length}", from.display());
                }
            }
        }
        to.sync_all().with_context(what)?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders.into_iter().try_for_each(sync_folder)
}

/// Makes what was staged visible to the printer's software.
pub fn hand_over(plan: &Plan) -> Result<()> {
    for m in &plan.moves {
        fs::rename(&m.hidden, &m.visible).with_context(|| format!("cannot rename {}", m.hidden.display()))?;
    }
    for m in &plan.moves {
        sync_folder(m.visible.parent().unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

/// What the folder tells after a crash between the first rename and the journal's note.
pub fn evidence(plan: &Plan) -> Evidence {
    if plan.moves.iter().all(|m| m.hidden.exists() && !m.visible.exists()) {
        Evidence::NothingHandedOver
    } else if plan.moves.iter().all(|m| m.visible.exists() && !m.hidden.exists()) {
        Evidence::AllHandedOver
    } else {
        Evidence::Unclear
    }
}

/// Removes what was staged and will not be handed over.
pub fn unstage(plan: &Plan) {
    for file in &plan.files {
        let _ = fs::remove_file(&file.path);
    }
    for m in plan.moves.iter().filter(|m| m.hidden.is_dir()) {
        let _ = fs::remove_dir_all(&m.hidden);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_whole_and_tells_what_happened() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("source"), b"0123456789").unwrap();
        let plan = Plan {
            files: vec![
                Staged {
                    path: at("p1/IMAGE/1.jpg"),
                    content: Content::Copy { from: at("source"), length: 10 },
                },
                Staged { path: at("p1/MISC/X"), content: Content::Text(b"text".to_vec()) },
            ],
            moves: vec![Move { hidden: at("p1"), visible: at("o1") }],
        };
        stage(&plan).unwrap();
        stage(&plan).unwrap();
        assert_eq!(evidence(&plan), Evidence::NothingHandedOver);
        hand_over(&plan).unwrap();
        assert_eq!(evidence(&plan), Evidence::AllHandedOver);
        assert_eq!(fs::read(at("o1/IMAGE/1.jpg")).unwrap(), b"0123456789");
        assert!(stage(&plan).unwrap_err().to_string().contains("there already"));
        fs::rename(at("o1"), at("elsewhere")).unwrap();
        assert_eq!(evidence(&plan), Evidence::Unclear);
        let short = Plan {
            files: vec![Staged {
                path: at("p2/a"),
                content: Content::Copy { from: at("source"), length: 11 },
            }],
            moves: vec![Move { hidden: at("p2"), visible: at("o2") }],
        };
        assert!(stage(&short).unwrap_err().to_string().contains("instead of 11"));
        unstage(&short);
        assert!(!at("p2").exists());
    }
}
