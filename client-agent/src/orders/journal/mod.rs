//! The agent's own durable record of its share of every order, in `catalog.db`.
//!
//! Nothing is acknowledged to the host before it is here, and every finished step (a rendered file, an
//! uploaded file, a signed manifest) is noted before the next begins. So the agent may be killed at any
//! instant: the next run reads on from here.

pub mod adjusted;
pub mod digitals;
pub mod files;
pub mod jobs;
pub mod parts;
pub mod substitutions;

use std::str::FromStr;

/// A column that holds the text form of an id, hash or key.
pub fn parsed<T>(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text: String = row.get(index)?;
    text.parse().map_err(|e: T::Err| unreadable(index, e.to_string()))
}

pub fn unreadable(index: usize, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, why.into())
}
