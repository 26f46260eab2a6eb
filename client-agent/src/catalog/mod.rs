//! The studio's own database: photos and their data (`catalog.db`), their renditions (`renditions.db`).
//!
//! Both are SQLite in WAL mode, and one connection has both. Attached WAL databases do not commit together, so
//! pixels are committed first and the row that names them second; [`reconcile`] puts right what a crash left
//! between the two. `renditions.db` may be removed at any time: everything in it can be made again.

pub mod ledger;
mod migrate;
pub mod originals;
pub mod photos;
mod reconcile;
pub mod renditions;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{error::AgentError, folders::Folders};

/// Safe to share between tasks; one writes at a time. Open another one for a long read beside it.
#[derive(Debug)]
pub struct Catalog {
    connection: Mutex<Connection>,
}

impl Catalog {
    /// Opens or creates both databases, migrates them, and puts right what a crash left behind.
    pub fn open(folders: &Folders) -> Result<Self, AgentError> {
        let connection = Connection::open(folders.catalog())?;
        connection.busy_timeout(Duration::from_secs(20))?;
        connection.execute("ATTACH DATABASE ?1 AS renditions", [path_text(&folders.renditions())?])?;
        // FULL: an acknowledgement to the host or a claim that something was sent may follow any commit.
        connection.execute_batch(
            "PRAGMA main.journal_mode = WAL; PRAGMA renditions.journal_mode = WAL;
             PRAGMA main.synchronous = FULL; PRAGMA renditions.synchronous = FULL;
             PRAGMA foreign_keys = ON;",
        )?;
        let mut catalog = Self { connection: Mutex::new(connection) };
        let connection = catalog.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        migrate::run(connection)?;
        reconcile::run(connection)?;
        Ok(catalog)
    }

    /// The connection, for reads and single statements. Do not hold it across an await.
    pub fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic while it was held rolled its transaction back; the connection itself is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, AgentError> {
        Ok(f(&self.lock())?)
    }

    /// One immediate transaction: committed if `f` succeeds, else rolled back.
    pub fn write<T>(&self, f: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, AgentError> {
        let mut connection = self.lock();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = f(&tx)?;
        tx.commit()?;
        Ok(value)
    }
}

fn path_text(path: &std::path::Path) -> Result<&str, AgentError> {
    path.to_str().ok_or_else(|| {
        AgentError::new("the profile's folder cannot hold a catalog")
            .why("its path is not valid Unicode")
            .fix("choose another folder with --config DIR")
    })
}
