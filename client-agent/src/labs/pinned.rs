//! Labs this studio works with, and the keys they are held to.

use domain::{id::LabId, studio::PublicKey};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// How a lab's key came to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Checked against a pairing code, here or on the machine that invited this one.
    Code,
    /// Taken as the host named it when first needed, on an invited machine. Any other key is refused from then on.
    FirstUse,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedLab {
    pub lab: LabId,
    pub name: String,
    pub key: PublicKey,
    pub trust: Trust,
}

pub fn all(db: &Connection) -> rusqlite::Result<Vec<PinnedLab>> {
    let mut statement =
        db.prepare_cached("SELECT lab, name, key, trust FROM pinned_lab ORDER BY name, lab")?;
    statement.query_map([], from_row)?.collect()
}

pub fn get(db: &Connection, lab: LabId) -> rusqlite::Result<Option<PinnedLab>> {
    db.prepare_cached("SELECT lab, name, key, trust FROM pinned_lab WHERE lab = ?1")?
        .query_row([lab.to_string()], from_row)
        .optional()
}

/// Keeps the lab's key. The caller has compared it with a pairing code, or decided on first use.
pub fn pin(db: &Connection, lab: &PinnedLab, now: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO pinned_lab (lab, name, key, trust, pinned_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (lab) DO UPDATE SET name = excluded.name, key = excluded.key, trust = excluded.trust,
                                         pinned_at = excluded.pinned_at",
    )?
    .execute(params![lab.lab.to_string(), lab.name, lab.key.to_string(), trust_text(lab.trust), now])?;
    Ok(())
}

/// Pins what an invitation brought, without touching what this machine has checked itself.
pub fn pin_invited(db: &Connection, labs: &[PinnedLab], now: i64) -> rusqlite::Result<()> {
    for lab in labs {
        if get(db, lab.lab)?.is_none() {
            pin(db, lab, now)?;
        }
    }
    Ok(())
}

fn trust_text(trust: Trust) -> &'static str {
    match trust {
        Trust::Code => "code",
        Trust::FirstUse => "first_use",
    }
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<PinnedLab> {
    let trust: String = row.get(3)?;
    Ok(PinnedLab {
        lab: crate::orders::journal::parsed(row, 0)?,
        name: row.get(1)?,
        key: crate::orders::journal::parsed(row, 2)?,
        trust: if trust == "code" { Trust::Code } else { Trust::FirstUse },
    })
}
