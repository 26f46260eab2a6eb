//! One order with everything that hangs on it, changed as a whole.
//!
//! A change reads the order's guard, then its partition; decides; and commits on the condition that nobody
//! raised the guard meanwhile. Otherwise it reads and decides again. So changes of one order happen one
//! after the other, and changes of different orders do not meet.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Millis,
    id::{LabId, MachineId, OrderId},
    order::{Delivery, Job, Order},
};
use ports::{
    PortError, PortResult,
    order_book::{OutboxEvent, PlacedWith},
};
use serde::{Deserialize, Serialize};

use super::{outbox, stored};
use crate::{
    keys,
    table::{self, Done, Item, Query, Row, TRIES, Table, Write, back_off, pointers::Pointer},
};

pub(super) const JOB: &str = "a job";
pub(super) const DELIVERY: &str = "a delivery";
const PART: &str = "a delivery's part";
const AGAIN: &str = "a damaged attempt";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredJob {
    pub job: Job,
    /// When the machine was last told of something it has not acknowledged.
    pub rung_at: Millis,
}

#[derive(Serialize, Deserialize)]
struct Guard {
    n: u64,
}

#[derive(Serialize, Deserialize)]
struct Again {
    why: String,
    at: Millis,
}

pub(super) struct Aggregate {
    guard: u64,
    pub order: Order,
    pub jobs: BTreeMap<MachineId, StoredJob>,
    pub parts: BTreeSet<(LabId, u32, MachineId)>,
    pub deliveries: BTreeMap<(LabId, u32), Delivery>,
    /// The last attempt that each lab called damaged.
    damaged: BTreeMap<LabId, u32>,
    writes: Vec<Write>,
}

/// Reads, decides and writes, until nobody else was first. `None`: no such order.
pub(super) async fn change<R>(
    table: &Table,
    id: OrderId,
    decide: impl Fn(&mut Aggregate) -> PortResult<R> + Send + Sync,
) -> PortResult<Option<R>>
where
    R: Send,
{
    for attempt in 0..TRIES * 2 {
        let Some(mut aggregate) = load(table, id).await? else { return Ok(None) };
        let answer = decide(&mut aggregate)?;
        if aggregate.writes.is_empty() {
            return Ok(Some(answer));
        }
        let mut writes = vec![
            Write::update(keys::guard(id), "SET n = :next")
                .when("n = :held")
                .number(":held", aggregate.guard)
                .number(":next", aggregate.guard + 1),
        ];
        writes.append(&mut aggregate.writes);
        match table.commit(&writes).await? {
            Done::Yes => return Ok(Some(answer)),
            Done::Refused(_) => back_off(attempt).await,
        }
    }
    Err(PortError::conflict(stored::ORDER))
}

/// The first write of a new order's guard.
pub(super) fn new_guard(id: OrderId, with: PlacedWith) -> PortResult<Write> {
    #[derive(Serialize)]
    struct New {
        pk: String,
        sk: String,
        n: u64,
        with: PlacedWith,
    }
    let key = keys::guard(id);
    Ok(Write::put(stored::ORDER, &New { pk: key.pk, sk: key.sk, n: 1, with })?.when_new())
}

pub(super) async fn placed_with(table: &Table, id: OrderId) -> PortResult<Option<PlacedWith>> {
    #[derive(Deserialize)]
    struct Held {
        with: Option<PlacedWith>,
    }
    let held: Option<Held> = table.get(stored::ORDER, &keys::guard(id)).await?;
    Ok(held.and_then(|held| held.with))
}

pub(super) async fn load(table: &Table, id: OrderId) -> PortResult<Option<Aggregate>> {
    for attempt in 0..TRIES {
        // The guard first: what changes after it makes the commit fail.
        let guard: Option<Guard> = table.get(stored::ORDER, &keys::guard(id)).await?;
        let Some(guard) = guard else { return Ok(None) };
        let items = table.query(&Query::of(keys::of_order(id)), None).await?;
        let (pieces, rest): (Vec<Item>, Vec<Item>) = items.into_iter().partition(stored::is_piece);
        let pieces = pieces.into_iter().map(|i| table::read(stored::ORDER, i)).collect::<PortResult<_>>()?;
        let Some(order) = stored::join(pieces)? else {
            back_off(attempt).await;
            continue;
        };
        let mut aggregate = Aggregate {
            guard: guard.n,
            order,
            jobs: BTreeMap::new(),
            parts: BTreeSet::new(),
            deliveries: BTreeMap::new(),
            damaged: BTreeMap::new(),
            writes: Vec::new(),
        };
        for item in rest {
            aggregate.take(item)?;
        }
        return Ok(Some(aggregate));
    }
    Err(PortError::conflict(stored::ORDER))
}

impl Aggregate {
    fn take(&mut self, item: Item) -> PortResult<()> {
        let sk = table::text(&item, "sk").unwrap_or_default().to_owned();
        if sk.starts_with(keys::JOB) {
            let row: Row<StoredJob> = table::read(JOB, item)?;
            self.jobs.insert(row.doc.job.machine, row.doc);
        } else if sk.starts_with(keys::DELIVERY) {
            let row: Row<Delivery> = table::read(DELIVERY, item)?;
            self.deliveries.insert((row.doc.lab, row.doc.attempt), row.doc);
        } else if sk.starts_with(keys::PART) {
            let at: Pointer = table::read(PART, item)?;
            self.parts.insert((at.part(PART, 1)?, at.part(PART, 2)?, at.part(PART, 3)?));
        } else if sk.starts_with(keys::AGAIN) {
            let at: Pointer = table::read(AGAIN, item)?;
            let (lab, attempt) = (at.part(AGAIN, 1)?, at.part(AGAIN, 2)?);
            let last = self.damaged.entry(lab).or_insert(attempt);
            *last = attempt.max(*last);
        }
        Ok(())
    }

    /// The attempt a lab wants now: one more than the last one it called damaged.
    pub(super) fn wanted(&self, lab: LabId) -> u32 {
        self.damaged.get(&lab).copied().unwrap_or(0) + 1
    }

    pub(super) fn parts_of(&self, lab: LabId, attempt: u32) -> BTreeSet<MachineId> {
        self.parts.iter().filter(|(l, a, _)| (*l, *a) == (lab, attempt)).map(|(_, _, m)| *m).collect()
    }

    pub(super) fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    pub(super) fn write_order(&mut self, order: Order) -> PortResult<()> {
        self.writes.extend(stored::writes(&order)?);
        self.order = order;
        Ok(())
    }

    pub(super) fn write_job(&mut self, stored: StoredJob) -> PortResult<()> {
        let held = self.jobs.get(&stored.job.machine);
        self.writes.extend(job_writes(held, &stored)?);
        self.jobs.insert(stored.job.machine, stored);
        Ok(())
    }

    pub(super) fn remove_job(&mut self, machine: MachineId) {
        if let Some(StoredJob { job, .. }) = self.jobs.remove(&machine) {
            self.writes.push(Write::delete(keys::job(job.order, machine)));
            self.writes.push(Write::delete(keys::open_job(machine, job.created_at, job.order)));
        }
    }

    /// Makes the job, or opens it again, and rings at the machine.
    pub(super) fn open_job(&mut self, machine: MachineId, now: Millis) -> PortResult<()> {
        let created_at = self.jobs.get(&machine).map_or(now, |held| held.job.created_at);
        let job = new_job(&self.order, machine, created_at);
        self.write_job(StoredJob { job, rung_at: now })?;
        self.ring(&OutboxEvent::Job { order: self.order.id, machine }, now)
    }

    pub(super) fn write_part(&mut self, lab: LabId, attempt: u32, machine: MachineId) -> PortResult<()> {
        let key = keys::part(self.order.id, lab, attempt, machine);
        self.writes.push(Write::put(PART, &Pointer::new(key))?);
        self.parts.insert((lab, attempt, machine));
        Ok(())
    }

    pub(super) fn write_delivery(&mut self, delivery: Delivery) -> PortResult<()> {
        let (id, lab, attempt) = (delivery.order, delivery.lab, delivery.attempt);
        let open = delivery.finished_at.is_none();
        let was_open = self.deliveries.get(&(lab, attempt)).map(|held| held.finished_at.is_none());
        let waiting = open && delivery.acknowledged_at.is_none();
        let list = waiting.then(|| outbox::unacknowledged_delivery(&delivery));
        let row = Row::new(keys::delivery(id, lab, attempt), &delivery).listed(list);
        self.writes.push(Write::put(DELIVERY, &row)?);
        let marker = keys::open_delivery(lab, delivery.created_at, id, attempt);
        match (was_open, open) {
            (None, true) => self.writes.push(Write::put(DELIVERY, &Pointer::new(marker))?),
            (Some(true), false) => self.writes.push(Write::delete(marker)),
            _ => {}
        }
        self.deliveries.insert((lab, attempt), delivery);
        Ok(())
    }

    pub(super) fn write_damaged(
        &mut self,
        lab: LabId,
        attempt: u32,
        why: &str,
        at: Millis,
    ) -> PortResult<()> {
        let again = Again { why: why.to_owned(), at };
        let row = Row::new(keys::again(self.order.id, lab, attempt), again);
        self.writes.push(Write::put(AGAIN, &row)?);
        self.damaged.insert(lab, attempt);
        Ok(())
    }

    pub(super) fn ring(&mut self, event: &OutboxEvent, now: Millis) -> PortResult<()> {
        self.writes.push(outbox::write(event, now)?);
        Ok(())
    }
}

pub(super) fn new_job(order: &Order, machine: MachineId, created_at: Millis) -> Job {
    Job {
        order: order.id,
        studio: order.studio,
        machine,
        created_at,
        acknowledged_at: None,
        done_at: None,
        waiting: None,
    }
}

/// The job, and its place in the machine's list while it is not done.
pub(super) fn job_writes(held: Option<&StoredJob>, new: &StoredJob) -> PortResult<Vec<Write>> {
    let job = &new.job;
    let open = job.done_at.is_none();
    let waiting = open && job.acknowledged_at.is_none();
    let list = waiting.then(|| outbox::unacknowledged_job(job, new.rung_at));
    let row = Row::new(keys::job(job.order, job.machine), new).listed(list);
    let mut writes = vec![Write::put(JOB, &row)?];
    let marker = keys::open_job(job.machine, job.created_at, job.order);
    match (held.is_some_and(|held| held.job.done_at.is_none()), open) {
        (false, true) => writes.push(Write::put(JOB, &Pointer::new(marker))?),
        (true, false) => writes.push(Write::delete(marker)),
        _ => {}
    }
    Ok(writes)
}
