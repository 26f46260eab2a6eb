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

use std::{collections::BTreeSet, str::FromStr};

/// What is left to do of one order, by its prints or by its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    pub open: usize,
    /// Why parts could not go: reasons a line.
    waiting: Vec<String>,
}

impl Left {
    /// Of rows with what each waits for.
    fn read(rows: impl Iterator<Item = rusqlite::Result<Option<String>>>) -> rusqlite::Result<Self> {
        let mut left = Self::default();
        for waiting in rows {
            left.open += 1;
            left.waiting.extend(waiting?);
        }
        Ok(left)
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let waiting = self.waiting.into_iter().chain(other.waiting).collect();
        Self { open: self.open + other.open, waiting }
    }

    /// Every reason once, in one text.
    pub fn why(&self) -> Option<String> {
        let reasons: BTreeSet<&str> = self.waiting.iter().flat_map(|w| w.lines()).collect();
        let reasons: Vec<&str> = reasons.into_iter().collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}

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
