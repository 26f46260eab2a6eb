//! What this machine owes of approved orders, part by part: prints for a lab, or the files of a line.

use domain::id::OrderId;
use futures_util::future::BoxFuture;
use rusqlite::Connection;
use wire::orders::JobProgress;

use super::{
    desk::Desk,
    journal::{Left, digitals, jobs, parts},
};
use crate::{AgentError, error::What};

/// What became of the parts that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sent {
    pub done: usize,
    pub waiting: usize,
    /// Another process of this profile is sending already.
    pub busy: bool,
}

/// Hears of an order when all that this machine owes it is on its way.
pub type Tell<'a> = &'a (dyn Fn(OrderId) + Send + Sync);

pub(super) enum Outcome {
    Done,
    /// Why it cannot go, each with the next step.
    Waiting(Vec<String>),
    Stopped,
}

/// A part with its row in the journal.
pub(super) trait Due: Copy + Send + Sync {
    fn order(self) -> OrderId;
    fn say_waiting(self, db: &Connection, why: &str) -> rusqlite::Result<()>;
}

impl Desk {
    /// Works on every part that is due, order by order. One process of a profile does it at a time.
    pub(super) async fn work_on<'a, P: Due>(
        &'a self,
        due: &[P],
        lock: &str,
        work: impl Fn(P) -> BoxFuture<'a, Result<Outcome, AgentError>> + Send + Sync,
        tell: Tell<'_>,
    ) -> Result<Sent, AgentError> {
        let mut sent = Sent::default();
        if due.is_empty() {
            return Ok(sent);
        }
        let lock = self.prints.lock(lock).what("the folder of print files cannot be used")?;
        let Some(_lock) = lock else { return Ok(Sent { busy: true, ..sent }) };
        let mut trouble = None;
        for of_order in due.chunk_by(|a, b| a.order() == b.order()) {
            let Some(order) = of_order.first().map(|part| part.order()) else { continue };
            let mut failed = None;
            for part in of_order {
                if self.stop.asked() {
                    return Ok(sent);
                }
                match work(*part).await {
                    Ok(Outcome::Done) => sent.done += 1,
                    Ok(Outcome::Stopped) => return Ok(sent),
                    Ok(Outcome::Waiting(why)) => {
                        sent.waiting += 1;
                        self.catalog.read(|db| part.say_waiting(db, &why.join("\n")))?;
                    }
                    // The others may still go: one order's trouble is not another's.
                    Err(error) => failed = Some(error),
                }
            }
            match failed {
                None => self.tell_end(order, tell).await?,
                failed => trouble = failed,
            }
        }
        trouble.map_or(Ok(sent), Err)
    }

    /// After a look at all of an order's prints, or all of its files: what it waits for, or that nothing is left.
    async fn tell_end(&self, order: OrderId, tell: Tell<'_>) -> Result<(), AgentError> {
        let (prints, files) =
            self.catalog.read(|db| Ok((parts::left(db, order)?, digitals::left(db, order)?)))?;
        if prints.open + files.open == 0 {
            tell(order);
        }
        self.tell_waiting(order, prints.and(files)).await
    }

    /// Tells the host what the order waits for, if that is news.
    async fn tell_waiting(&self, order: OrderId, left: Left) -> Result<(), AgentError> {
        let waiting = left.why();
        let known = self.catalog.read(|db| jobs::get(db, order))?.and_then(|j| j.waiting);
        if known == waiting {
            return Ok(());
        }
        let told = waiting.clone().unwrap_or_default();
        self.progress(order, &JobProgress { waiting: Some(told), ..JobProgress::default() }).await?;
        self.catalog.read(|db| jobs::set_waiting(db, order, waiting.as_deref()))?;
        Ok(())
    }
}
