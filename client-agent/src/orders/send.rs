//! One part of a delivery, from the approval to the manifest at the host. Every step is noted when it is
//! done, so that a part that was cut off goes on where it was.

use std::collections::BTreeSet;

use domain::{
    id::OrderId,
    order::{ImageNode, Order, OrderLine},
};
use futures_util::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture, stream};
use rusqlite::Connection;
use wire::{orders::JobProgress, publish::MAX_GRANTS};

use super::{
    check::own_nodes,
    desk::Desk,
    due::{Due, Outcome, Sent, Tell},
    journal::{
        files::{self, PrintFile},
        jobs,
        parts::{self, PartKey, PartState},
    },
    manifest,
};
use crate::{AgentError, clock, error::What, labs::setup::store};

type Owned<'a> = (&'a OrderLine, u32, &'a ImageNode);

impl Desk {
    /// Renders and sends every print that is approved and not at the host yet, the oldest order first. Files that
    /// were bought go beside it ([`Desk::bring_files`]): a lab waits for prints, and a gallery of files takes hours.
    pub async fn send_prints(&self, tell: Tell<'_>) -> Result<Sent, AgentError> {
        let due = self.catalog.read(parts::open)?;
        self.work_on(&due, "sending", |key| self.send(key).boxed(), tell).await
    }

    async fn send(&self, key: PartKey) -> Result<Outcome, AgentError> {
        let (job, part) = self.catalog.read(|db| Ok((jobs::get(db, key.order)?, parts::get(db, key)?)))?;
        let (Some(job), Some(part)) = (job, part) else { return Ok(Outcome::Done) };
        if let Some(problem) = job.problem {
            return Ok(Outcome::Waiting(vec![problem]));
        }
        if let Some(hold) = &job.document.order.settlement.hold {
            let number = key.order.number();
            let why = domain::text::one_line(hold, 200);
            return Ok(Outcome::Waiting(vec![format!(
                "payment: {why}; when it is settled: `darkslide orders mark-paid {number}`"
            )]));
        }
        if let Err(waiting) = self.trusted_lab(key.lab).await? {
            return Ok(Outcome::Waiting(vec![waiting]));
        }
        let order = &job.document.order;
        let due: BTreeSet<u32> = order.lines_of(key.lab, key.attempt).map(|l| l.no).collect();
        let owned: Vec<Owned<'_>> =
            own_nodes(order, self.account.machine).filter(|(line, ..)| due.contains(&line.no)).collect();
        if part.manifest.is_none() {
            if part.state == PartState::Approved {
                let rendering: BTreeSet<u32> = owned.iter().map(|(line, ..)| line.no).collect();
                let rendering =
                    JobProgress { rendering: rendering.into_iter().collect(), ..JobProgress::default() };
                self.progress(key.order, &rendering).await?;
                self.catalog.read(|db| parts::set_state(db, key, PartState::Rendering))?;
            }
            let mut reasons = Vec::new();
            for some in owned.chunks(MAX_GRANTS) {
                if self.stop.asked() {
                    return Ok(Outcome::Stopped);
                }
                let (rendered, waiting) = self.render_some(key, order, some).await?;
                self.upload_files(key, &rendered).await?;
                reasons.extend(waiting);
            }
            if !reasons.is_empty() {
                return Ok(Outcome::Waiting(reasons));
            }
        }
        let manifest = match part.manifest {
            Some(manifest) => manifest,
            None => self.make_manifest(key, order)?,
        };
        self.upload_manifest(key, manifest).await?;
        self.catalog.read(|db| parts::set_state(db, key, PartState::Done))?;
        if self.catalog.read(|db| parts::of_order(db, key.order))?.iter().all(|p| p.state.is_over()) {
            self.prints.remove(key.order);
        }
        Ok(Outcome::Done)
    }

    /// The files of these pictures, rendered now or before, and what the others wait for.
    async fn render_some(
        &self,
        key: PartKey,
        order: &Order,
        owned: &[Owned<'_>],
    ) -> Result<(Vec<PrintFile>, Vec<String>), AgentError> {
        let known = self.catalog.read(|db| files::of_part(db, key))?;
        let (mut ready, mut missing) = (Vec::new(), Vec::new());
        for &(line, index, node) in owned {
            let file = known.iter().find(|f| f.line == line.no && f.node == index);
            match file {
                Some(f) if f.uploaded || self.prints.has(key.order, &f.sha256, f.length) => {
                    ready.push(f.clone())
                }
                _ => missing.push((line, index, node)),
            }
        }
        // Boxed, so that the compiler can tell that the whole may move between threads.
        let work: Vec<BoxFuture<'_, _>> = missing
            .into_iter()
            .map(|(line, index, node)| self.render_node(key, order, line, index, node).boxed())
            .collect();
        let results: Vec<_> = stream::iter(work).buffered(self.pool.workers()).try_collect().await?;
        let mut waiting = Vec::new();
        for result in results {
            match result {
                Ok(file) => ready.push(file),
                Err(why) => waiting.push(why),
            }
        }
        Ok((ready, waiting))
    }

    fn make_manifest(&self, key: PartKey, order: &Order) -> Result<Vec<u8>, AgentError> {
        let (files, setup) =
            self.catalog.read(|db| Ok((files::of_part(db, key)?, store::read(db, key.lab)?)))?;
        let made = manifest::build(order, key, &files, &self.account, &setup, clock::now().0);
        let bytes =
            manifest::sealed(&made, &self.account, &self.device).what("the manifest could not be written")?;
        self.catalog.read(|db| parts::keep_manifest(db, key, &bytes))
    }
}

impl Due for PartKey {
    fn order(self) -> OrderId {
        self.order
    }

    fn say_waiting(self, db: &Connection, why: &str) -> rusqlite::Result<()> {
        parts::say_waiting(db, self, why)
    }
}
