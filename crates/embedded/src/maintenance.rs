//! For the operator: integrity, online copies of the database, and what must stay erased.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

use domain::{Millis, epoch::Epoch, id::GalleryId};
use ports::{PortError, PortResult, blobs::ObjectInfo};
use rusqlite::{Connection, OpenFlags};

use crate::{OpenError, Store, database, objects};

/// Galleries whose photos were erased, one id a line. It is not part of backups: a restored backup is from
/// before, and has to be told again.
pub const ERASED_FILE: &str = "erased.log";

fn failed(what: &'static str) -> impl Fn(rusqlite::Error) -> PortError {
    move |e| PortError::unavailable(what, e)
}

impl Store {
    /// What SQLite finds wrong with the database; empty when it is whole.
    pub async fn integrity(&self) -> PortResult<Vec<String>> {
        self.0
            .database
            .read(|db| {
                let mut found = Vec::new();
                let mut check = db.prepare("PRAGMA integrity_check(100)")?;
                let rows = check.query_map([], |r| r.get::<_, String>(0))?;
                for row in rows {
                    let row = row?;
                    if row != "ok" {
                        found.push(row);
                    }
                }
                let mut keys = db.prepare("PRAGMA foreign_key_check")?;
                let mut rows = keys.query([])?;
                while let Some(row) = rows.next()? {
                    let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
                    found.push(format!("a row of {table} names one of {parent} that is not there"));
                }
                Ok(found)
            })
            .await
    }

    /// Copies the database as it is at one moment into a single file, while others write.
    pub async fn snapshot(&self, to: &Path) -> PortResult<()> {
        let (from, to) = (self.0.database.path().to_owned(), to.to_owned());
        let copied = tokio::task::spawn_blocking(move || copy(&from, &to)).await;
        copied.map_err(|e| PortError::unavailable("the copy of the database", e))?
    }

    /// Begins another life of these records: they are as of `moment`, and what came after it is missing.
    /// Whoever serves them has to open the store anew.
    pub async fn begin_epoch(&self, moment: Millis) -> PortResult<Epoch> {
        let next = self.0.epoch.restored(moment, self.0.clock.now());
        self.0
            .database
            .write(move |db| {
                db.execute(
                    "INSERT INTO restores (epoch, since) VALUES (?1, ?2)",
                    rusqlite::params![i64::try_from(next.number).unwrap_or(i64::MAX), moment.0],
                )?;
                Ok(next)
            })
            .await
    }

    /// Notes an erasure where a restored backup can be told of it, before it happens.
    pub(crate) async fn note_erased(&self, gallery: GalleryId) -> PortResult<()> {
        let path = self.0.data.join(ERASED_FILE);
        let noted = tokio::task::spawn_blocking(move || {
            let mut file = std::fs::File::options().create(true).append(true).open(path)?;
            file.write_all(format!("{gallery}\n").as_bytes())?;
            file.sync_all()
        });
        let failed =
            |e: Box<dyn std::error::Error + Send + Sync>| PortError::unavailable("the host's disk", e);
        noted.await.map_err(|e| failed(e.into()))?.map_err(|e| failed(e.into()))
    }
}

/// Which life of its records a database is in.
pub(crate) fn epoch(path: &Path) -> Result<Epoch, OpenError> {
    let failed = |source| OpenError::Database { path: path.into(), source };
    let db = database::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let (number, since): (Option<i64>, Option<i64>) = db
        .query_row("SELECT max(epoch), min(since) FROM restores", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(failed)?;
    let number = number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    Ok(Epoch { number, since: since.map(Millis) })
}

fn copy(from: &Path, to: &Path) -> PortResult<()> {
    let failed = failed("the copy of the database");
    let source = database::connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(&failed)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut target = Connection::open_with_flags(to, flags).map_err(&failed)?;
    {
        let backup = rusqlite::backup::Backup::new(&source, &mut target).map_err(&failed)?;
        // In one step: a snapshot of a busy database would otherwise begin anew with every write.
        backup.run_to_completion(i32::MAX, std::time::Duration::from_millis(5), None).map_err(&failed)?;
    }
    // One file without a log beside it, so that hashing it means something.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(&failed)?;
    target.close().map_err(|(_, e)| failed(e))
}

/// The objects a copied database names.
pub fn objects_of_snapshot(path: &Path) -> PortResult<Vec<ObjectInfo>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(failed("the copy of the database"))?;
    Ok(objects::all(&db)?)
}

/// Removes records from a copied database whose objects were deleted while it was made.
pub fn forget_in_snapshot(path: &Path, keys: &[String]) -> PortResult<()> {
    let failed = failed("the copy of the database");
    let mut db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(&failed)?;
    let transaction = db.transaction().map_err(&failed)?;
    for key in keys {
        transaction.execute("DELETE FROM objects WHERE key = ?1", [key]).map_err(&failed)?;
    }
    transaction.commit().map_err(&failed)
}

/// The galleries an `erased.log` names.
pub fn read_erased(path: &Path) -> std::io::Result<BTreeSet<GalleryId>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(e) => return Err(e),
    };
    // A last line that was cut off by a crash names nothing; its erasure had not begun.
    Ok(text.lines().filter_map(|line| line.trim().parse().ok()).collect())
}

/// Where the file of an object is, or would be.
pub fn object_path(data: &Path, key: &str) -> Option<PathBuf> {
    objects::is_safe(key).then(|| data.join(crate::OBJECTS_FOLDER).join(key))
}
