//! What the host has to do of its own accord: events of stored objects, retries, and what failed for good.

use domain::{
    Millis,
    object_key::{BATCH_PREFIX, RelayPart},
};
use ports::PortResult;
use rusqlite::{Connection, params};

use crate::{Store, fault::Step};

/// Tries before an event or an outbox row is parked for a person: with the backoff about two hours.
const MAX_TRIES: u32 = 12;
const FIRST_RETRY_MS: i64 = 500;
const LAST_RETRY_MS: i64 = 30 * Millis::MINUTE;

/// Which function an object's arrival concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    BatchStored,
    ManifestStored,
}

impl EventKind {
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::BatchStored => "batch-stored",
            EventKind::ManifestStored => "manifest-stored",
        }
    }

    pub(crate) fn of_key(key: &str) -> Option<Self> {
        if key.starts_with(BATCH_PREFIX) {
            Some(EventKind::BatchStored)
        } else {
            RelayPart::parse_manifest(key).map(|_| EventKind::ManifestStored)
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: i64,
    pub key: String,
}

/// Something that failed too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    pub id: i64,
    /// Event kind, `outbox`, or the name of a queue.
    pub origin: String,
    pub body: String,
    pub error: Option<String>,
    pub at: Millis,
    pub tries: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// Event kind, `outbox`, or the name of a queue.
    pub name: String,
    pub waiting: u64,
    pub oldest_at: Option<Millis>,
}

/// Written in the transaction that makes the object known.
pub(crate) fn object_stored(db: &Connection, key: &str, now: Millis) -> Step<Option<EventKind>> {
    let Some(kind) = EventKind::of_key(key) else { return Ok(None) };
    db.prepare_cached("INSERT INTO events (kind, key, at, due_at) VALUES (?1, ?2, ?3, ?3)")?
        .execute(params![kind.as_str(), key, now.0])?;
    Ok(Some(kind))
}

fn retry_at(now: Millis, tries: u32) -> Millis {
    now.plus((FIRST_RETRY_MS << tries.min(20)).min(LAST_RETRY_MS))
}

/// Notes a failure of a row in `events` or `outbox`: due again later, or parked; true when parked.
fn failed(db: &Connection, table: &str, id: i64, error: &str, retry: bool, now: Millis) -> Step<bool> {
    let (origin, body) = match table {
        "events" => ("kind", "key"),
        _ => ("'outbox'", "event"),
    };
    let sql = format!("SELECT tries FROM {table} WHERE n = ?1");
    let tries: Option<u32> = rusqlite::OptionalExtension::optional(db.query_row(&sql, [id], |r| r.get(0)))?;
    let Some(tries) = tries else { return Ok(false) };
    if retry && tries + 1 < MAX_TRIES {
        let sql = format!("UPDATE {table} SET tries = tries + 1, due_at = ?2, error = ?3 WHERE n = ?1");
        db.execute(&sql, params![id, retry_at(now, tries).0, error])?;
        return Ok(false);
    }
    let sql = format!(
        "INSERT INTO dead_letters (origin, body, error, at, tries, parked_at)
         SELECT {origin}, {body}, ?2, at, tries + 1, ?3 FROM {table} WHERE n = ?1"
    );
    db.execute(&sql, params![id, error, now.0])?;
    db.execute(&format!("DELETE FROM {table} WHERE n = ?1"), [id])?;
    Ok(true)
}

impl Store {
    /// Events of a kind that are due, oldest first. They stay until [`Store::event_done`].
    pub async fn events_due(&self, kind: EventKind, limit: u32) -> PortResult<Vec<Event>> {
        let now = self.0.clock.now();
        self.0
            .database
            .read(move |db| {
                let mut due = db.prepare_cached(
                    "SELECT n, key FROM events WHERE kind = ?1 AND due_at <= ?2 ORDER BY due_at, n LIMIT ?3",
                )?;
                let rows = due.query_map(params![kind.as_str(), now.0, limit], |r| {
                    Ok(Event { id: r.get(0)?, key: r.get(1)? })
                })?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }

    pub async fn event_done(&self, id: i64) -> PortResult<()> {
        self.0
            .database
            .write(move |db| Ok(db.execute("DELETE FROM events WHERE n = ?1", [id]).map(drop)?))
            .await
    }

    /// Tries again later, or parks it when that does not help; true when parked.
    pub async fn event_failed(&self, id: i64, error: &str, retry: bool) -> PortResult<bool> {
        let (error, now) = (error.to_owned(), self.0.clock.now());
        self.0.database.write(move |db| failed(db, "events", id, &error, retry, now)).await
    }

    /// The same for a row of the outbox.
    pub async fn outbox_failed(&self, id: &str, error: &str, retry: bool) -> PortResult<bool> {
        let (error, now) = (error.to_owned(), self.0.clock.now());
        let Ok(id) = id.parse() else { return Ok(false) };
        self.0.database.write(move |db| failed(db, "outbox", id, &error, retry, now)).await
    }

    pub async fn dead_letters(&self, limit: u32) -> PortResult<Vec<DeadLetter>> {
        self.0
            .database
            .read(move |db| {
                let mut all = db.prepare_cached(
                    "SELECT n, origin, body, error, at, tries FROM dead_letters ORDER BY n LIMIT ?1",
                )?;
                let rows = all.query_map([limit], |r| {
                    Ok(DeadLetter {
                        id: r.get(0)?,
                        origin: r.get(1)?,
                        body: r.get(2)?,
                        error: r.get(3)?,
                        at: Millis(r.get(4)?),
                        tries: r.get(5)?,
                    })
                })?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Everything that waits, by queue; empty queues are named too.
    pub async fn queue_states(&self) -> PortResult<Vec<QueueState>> {
        self.0
            .database
            .read(|db| {
                let mut all = db.prepare_cached(
                    "SELECT 'outbox', count(*), min(at) FROM outbox
                     UNION ALL SELECT k.column1, count(e.n), min(e.at)
                       FROM (VALUES ('batch-stored'), ('manifest-stored')) k LEFT JOIN events e ON e.kind = k.column1
                       GROUP BY k.column1
                     UNION ALL SELECT q.name, count(m.n), min(m.sent_at)
                       FROM queues q LEFT JOIN messages m ON m.queue = q.name GROUP BY q.name",
                )?;
                let rows = all.query_map([], |r| {
                    Ok(QueueState {
                        name: r.get(0)?,
                        waiting: r.get(1)?,
                        oldest_at: r.get::<_, Option<i64>>(2)?.map(Millis),
                    })
                })?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }
}
