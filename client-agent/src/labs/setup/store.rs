//! Set-ups and colour profiles in the catalog. A profile is kept by its hash and for good: what was printed with
//! it can be rendered again when the lab has long sent another.

use domain::{hash::Sha256, id::LabId};
use rusqlite::{Connection, OptionalExtension, params};

use super::document::Setup;
use crate::orders::journal::unreadable;

/// The lab's set-up, empty when none was made.
pub fn read(db: &Connection, lab: LabId) -> rusqlite::Result<Setup> {
    let text: Option<String> = db
        .prepare_cached("SELECT document FROM lab_setup WHERE lab = ?1")?
        .query_row([lab.to_string()], |row| row.get(0))
        .optional()?;
    text.map_or(Ok(Setup::default()), |text| Setup::parse(&text).map_err(|why| unreadable(0, why)))
}

/// Routes are not part of it: they have a table of their own.
pub fn keep(db: &Connection, lab: LabId, setup: &Setup, now: i64) -> rusqlite::Result<()> {
    let own = Setup { usual: None, products: None, ..setup.clone() };
    let text = own.text().map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    db.execute(
        "INSERT OR REPLACE INTO lab_setup (lab, document, changed_at) VALUES (?1, ?2, ?3)",
        params![lab.to_string(), text, now],
    )?;
    Ok(())
}

pub fn keep_profile(db: &Connection, name: &str, bytes: &[u8]) -> rusqlite::Result<Sha256> {
    let sha256 = Sha256::of(bytes);
    db.execute(
        "INSERT OR IGNORE INTO colour_profile (sha256, name, bytes) VALUES (?1, ?2, ?3)",
        params![sha256.hex(), name, bytes],
    )?;
    Ok(sha256)
}

/// The profile's file name and its bytes.
pub fn profile(db: &Connection, sha256: &Sha256) -> rusqlite::Result<Option<(String, Vec<u8>)>> {
    db.prepare_cached("SELECT name, bytes FROM colour_profile WHERE sha256 = ?1")?
        .query_row([sha256.hex()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}
