//! Queues in a table: visibility timeouts, receipts, and a long poll that wakes at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use ports::{
    PortError, PortResult, Queues,
    queues::{Access, QueueName, Received},
};
use rusqlite::{Connection, params};
use tokio::{sync::Notify, time::Instant};

use crate::{Store, fault::Step};

/// As many as SQS hands out at once.
const MAX_RECEIVE: u32 = 10;
/// After this many receives a message is somebody's problem and goes where a person sees it.
const MAX_RECEIVES: u32 = 200;
/// Another process (a command line beside the server) cannot ring; its messages are seen this late.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// One bell per queue that somebody waits at.
#[derive(Default)]
pub(crate) struct Bells(Mutex<HashMap<String, Arc<Notify>>>);

impl Bells {
    fn of(&self, queue: &str) -> Arc<Notify> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(queue.to_owned()).or_default().clone()
    }
}

fn send(db: &Connection, queue: &str, body: &str, now: i64) -> Step<()> {
    db.prepare_cached("INSERT OR IGNORE INTO queues (name) VALUES (?1)")?.execute([queue])?;
    // A doorbell that nobody has heard yet need not ring twice: a studio on holiday comes back to one
    // message per order, not one per reminder.
    db.prepare_cached(
        "INSERT INTO messages (queue, body, sent_at, visible_at) SELECT ?1, ?2, ?3, ?3 WHERE NOT EXISTS
           (SELECT 1 FROM messages WHERE queue = ?1 AND body = ?2 AND receives = 0)",
    )?
    .execute(params![queue, body, now])?;
    Ok(())
}

fn receive(db: &Connection, queue: &str, max: u32, now: i64, visibility: i64) -> Step<Vec<Received>> {
    park(db, queue, now)?;
    let mut due = db.prepare_cached(
        "SELECT n, body, receives FROM messages WHERE queue = ?1 AND visible_at <= ?2
         ORDER BY visible_at, n LIMIT ?3",
    )?;
    let rows = due
        .query_map(params![queue, now, max], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect::<Result<Vec<(i64, String, u32)>, _>>()?;
    let mut hide = db.prepare_cached(
        "UPDATE messages SET visible_at = ?2, receipt = ?3, receives = receives + 1 WHERE n = ?1",
    )?;
    let mut received = Vec::with_capacity(rows.len());
    for (n, body, receives) in rows {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|e| PortError::unavailable("random bytes", e))?;
        let receipt = format!("{n}.{}", HEXLOWER.encode(&random));
        hide.execute(params![n, now.saturating_add(visibility), receipt])?;
        received.push(Received { receipt, body, receives: receives + 1 });
    }
    Ok(received)
}

fn park(db: &Connection, queue: &str, now: i64) -> Step<()> {
    let params = params![queue, now, MAX_RECEIVES];
    let parked = db
        .prepare_cached(
            "INSERT INTO dead_letters (origin, body, error, at, tries, parked_at)
             SELECT queue, body, 'received and never deleted', sent_at, receives, ?2 FROM messages
             WHERE queue = ?1 AND visible_at <= ?2 AND receives >= ?3",
        )?
        .execute(params)?;
    if parked > 0 {
        db.prepare_cached("DELETE FROM messages WHERE queue = ?1 AND visible_at <= ?2 AND receives >= ?3")?
            .execute(params)?;
    }
    Ok(())
}

impl Store {
    /// Whether anything could be received, without a write transaction; else when the next may appear.
    async fn next_visible(&self, queue: &str) -> PortResult<Option<i64>> {
        let queue = queue.to_owned();
        self.0
            .database
            .read(move |db| {
                Ok(db
                    .prepare_cached("SELECT min(visible_at) FROM messages WHERE queue = ?1")?
                    .query_row([queue], |r| r.get(0))?)
            })
            .await
    }
}

#[async_trait]
impl Queues for Store {
    async fn ensure(&self, queue: QueueName) -> PortResult<()> {
        let sql = "INSERT OR IGNORE INTO queues (name) VALUES (?1)";
        self.0.database.write(move |db| Ok(db.execute(sql, [queue.to_string()]).map(drop)?)).await
    }

    async fn send(&self, queue: QueueName, body: &str) -> PortResult<()> {
        let (name, body, now) = (queue.to_string(), body.to_owned(), self.0.clock.now().0);
        self.0.database.write(move |db| send(db, &name, &body, now)).await?;
        self.0.queue_rings.of(&queue.to_string()).notify_one();
        Ok(())
    }

    async fn receive(
        &self,
        queue: QueueName,
        max: u32,
        wait: Duration,
        visibility: Duration,
    ) -> PortResult<Vec<Received>> {
        let name = queue.to_string();
        let bell = self.0.queue_rings.of(&name);
        let max = max.clamp(1, MAX_RECEIVE);
        let visibility = i64::try_from(visibility.as_millis()).unwrap_or(i64::MAX);
        let end = Instant::now() + wait;
        loop {
            let now = self.0.clock.now().0;
            let next = self.next_visible(&name).await?;
            if next.is_some_and(|next| next <= now) {
                let name = name.clone();
                let received =
                    self.0.database.write(move |db| receive(db, &name, max, now, visibility)).await?;
                if !received.is_empty() {
                    return Ok(received);
                }
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Vec::new());
            }
            let until_next = next
                .map_or(LOOK_AGAIN, |n| Duration::from_millis(u64::try_from(n - now).unwrap_or(0).max(10)));
            let _ = tokio::time::timeout(left.min(LOOK_AGAIN).min(until_next), bell.notified()).await;
        }
    }

    async fn delete(&self, queue: QueueName, receipt: &str) -> PortResult<()> {
        let Some(n) = number(receipt) else { return Ok(()) };
        let (name, receipt) = (queue.to_string(), receipt.to_owned());
        let sql = "DELETE FROM messages WHERE n = ?1 AND queue = ?2 AND receipt = ?3";
        self.0.database.write(move |db| Ok(db.execute(sql, params![n, name, receipt]).map(drop)?)).await
    }

    async fn extend(&self, queue: QueueName, receipt: &str, visibility: Duration) -> PortResult<()> {
        let gone = || PortError::conflict("the message");
        let n = number(receipt).ok_or_else(gone)?;
        let now = self.0.clock.now();
        let until = now.plus(i64::try_from(visibility.as_millis()).unwrap_or(i64::MAX)).0;
        let (name, receipt) = (queue.to_string(), receipt.to_owned());
        let sql = "UPDATE messages SET visible_at = ?4 WHERE n = ?1 AND queue = ?2 AND receipt = ?3
                   AND visible_at > ?5";
        self.0
            .database
            .write(move |db| match db.execute(sql, params![n, name, receipt, until, now.0])? {
                0 => Err(gone().into()),
                _ => Ok(()),
            })
            .await
    }

    async fn access(&self, _: QueueName) -> PortResult<Access> {
        Ok(Access::Http)
    }
}

fn number(receipt: &str) -> Option<i64> {
    receipt.split_once('.')?.0.parse().ok()
}
