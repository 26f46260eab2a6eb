//! One writer in a thread of its own, and a small pool of readers beside it.
//!
//! SQLite has one writer at a time anyway; giving it one thread makes every write a short queue instead of
//! a lock fight, while readers (WAL) see a consistent snapshot and never wait for it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

use ports::{PortError, PortResult};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::{Semaphore, oneshot};

use crate::{OpenError, fault::Step, migrations};

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// Enough for the readers of a small server; more would only contend for the same cores.
const READERS: usize = 8;
const BUSY: Duration = Duration::from_secs(10);

pub(crate) struct Database {
    path: PathBuf,
    writer: mpsc::Sender<Work>,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Database {
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
            .map_err(|source| OpenError::Database { path: path.into(), source })?;
        migrations::run(&mut connection, path)?;
        let (writer, work) = mpsc::channel::<Work>();
        std::thread::Builder::new()
            .name("database-writer".into())
            .spawn(move || {
                while let Ok(job) = work.recv() {
                    // A panic in one step must not end all writing; its caller sees a dropped answer.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&mut connection)));
                }
                // Leave a tidy file behind: the log goes into the database.
                let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
            })
            .map_err(|source| OpenError::Thread { source })?;
        Ok(Self {
            path: path.into(),
            writer,
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// Runs `step` in a transaction that is durable when this returns `Ok`, and undone when it fails.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Transaction<'_>) -> Step<T> + Send + 'static,
    ) -> PortResult<T> {
        let (answer, result) = oneshot::channel();
        let job: Work = Box::new(move |connection| {
            let done = (|| -> Step<T> {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let value = step(&transaction)?;
                transaction.commit()?;
                Ok(value)
            })();
            let _ = answer.send(done);
        });
        let gone = |why: &str| PortError::unavailable("the host's database", why.to_owned());
        self.writer.send(job).map_err(|_| gone("its writer has stopped"))?;
        Ok(result.await.map_err(|_| gone("a write ended unexpectedly"))??)
    }

    /// Runs `step` on a consistent snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Transaction<'_>) -> Step<T> + Send + 'static,
    ) -> PortResult<T> {
        let gone = |e: String| PortError::unavailable("the host's database", e);
        let permit = self.permits.clone().acquire_owned().await.map_err(|e| gone(e.to_string()))?;
        let (idle, path) = (self.idle.clone(), self.path.clone());
        let work = tokio::task::spawn_blocking(move || -> Step<T> {
            let _permit = permit;
            on_snapshot(&idle, &path, step)
        });
        Ok(work.await.map_err(|e| gone(e.to_string()))??)
    }

    /// As `read`, on the thread that asks: for a few rows by their keys. To hand such a step to another thread and be
    /// woken by it costs several times what the step does.
    pub(crate) fn glance<T>(&self, step: impl FnOnce(&Transaction<'_>) -> Step<T>) -> PortResult<T> {
        Ok(on_snapshot(&self.idle, &self.path, step)?)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn on_snapshot<T>(
    idle: &Mutex<Vec<Connection>>,
    path: &Path,
    step: impl FnOnce(&Transaction<'_>) -> Step<T>,
) -> Step<T> {
    let pooled = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut connection = match pooled {
        Some(connection) => connection,
        None => connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
    };
    let transaction = connection.transaction()?;
    let value = step(&transaction);
    transaction.finish()?;
    idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    value
}

pub(crate) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(256);
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
    }
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}
