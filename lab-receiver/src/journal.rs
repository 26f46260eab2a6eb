//! The lab's journal, `lab.db`: what was promised, claimed, handed over and reported.
//!
//! SQLite in WAL mode with `synchronous=FULL`: a step is on the disk before anybody is told about it. The
//! commands and the running receiver share it; each change is one transaction.

pub mod deliveries;
pub mod lines;
pub mod outbox;
pub mod restored;
mod schema;
pub mod settings;
pub mod studios;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub struct Journal {
    connection: Mutex<Connection>,
}

impl Journal {
    pub fn open(path: &Path) -> Result<Self> {
        let what = || format!("cannot open the journal {}", path.display());
        let mut connection = Connection::open(path).with_context(what)?;
        connection.busy_timeout(std::time::Duration::from_secs(10)).with_context(what)?;
        schema::prepare(&mut connection).with_context(what)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while it was held rolled its transaction back; the connection is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything in `work` happens, durably, or nothing does.
    pub fn transact<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.connection();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .context("the journal is busy or its disk is full")?;
        let value = work(&transaction)?;
        transaction.commit().context("the journal cannot be written; is its disk full?")?;
        Ok(value)
    }

    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&self.connection())
    }
}

/// Milliseconds since 1970.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Text columns that hold ids and keys.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T> {
    text.parse().map_err(|e| anyhow::anyhow!("the journal holds {text:?}, which is not valid: {e}"))
}
