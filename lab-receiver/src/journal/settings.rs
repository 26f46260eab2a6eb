//! Who this lab is at its host, and which receiver of the lab this folder is.

use anyhow::{Context, Result};
use domain::id::{LabId, ReceiverId};
use rusqlite::{OptionalExtension, params};

use super::{Journal, parsed};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    pub host: String,
    pub lab: LabId,
    pub name: String,
}

impl Journal {
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.read(|c| {
            Ok(c.query_row("SELECT value FROM settings WHERE name = ?1", [name], |r| r.get(0)).optional()?)
        })
    }

    pub fn enrolment(&self) -> Result<Option<Enrolment>> {
        let (Some(host), Some(lab), name) =
            (self.setting("host")?, self.setting("lab")?, self.setting("lab_name")?)
        else {
            return Ok(None);
        };
        Ok(Some(Enrolment { host, lab: parsed(&lab)?, name: name.unwrap_or_default() }))
    }

    pub fn set_enrolment(&self, enrolment: &Enrolment) -> Result<()> {
        self.transact(|t| {
            for (name, value) in [
                ("host", enrolment.host.clone()),
                ("lab", enrolment.lab.to_string()),
                ("lab_name", enrolment.name.clone()),
            ] {
                t.execute("REPLACE INTO settings (name, value) VALUES (?1, ?2)", params![name, value])?;
            }
            Ok(())
        })
    }

    /// Made once for this folder: the lease and the claims name it.
    pub fn receiver(&self) -> Result<ReceiverId> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).context("the operating system gave no randomness")?;
        let fresh = ReceiverId::from_bytes(bytes).to_string();
        self.transact(|t| {
            t.execute("INSERT OR IGNORE INTO settings (name, value) VALUES ('receiver', ?1)", [&fresh])?;
            let text: String =
                t.query_row("SELECT value FROM settings WHERE name = 'receiver'", [], |r| r.get(0))?;
            parsed(&text)
        })
    }

    pub fn note(&self, order: Option<&str>, line: Option<u32>, note: &str) -> Result<()> {
        self.transact(|t| {
            t.execute(
                "INSERT INTO notes (at, order_id, line, note) VALUES (?1, ?2, ?3, ?4)",
                params![super::now(), order, line, note],
            )?;
            Ok(())
        })
    }
}
