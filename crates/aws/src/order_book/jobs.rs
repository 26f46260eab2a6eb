//! What machines say about their jobs.

use domain::{
    Millis,
    id::{MachineId, OrderId},
    order::{Job, OrderState},
};
use ports::PortResult;

use super::aggregate::{self, Aggregate, StoredJob};
use crate::table::Table;

pub(super) async fn of_order(table: &Table, order: OrderId) -> PortResult<Vec<Job>> {
    let aggregate = aggregate::load(table, order).await?;
    Ok(aggregate.map(|a| a.jobs.into_values().map(|stored| stored.job).collect()).unwrap_or_default())
}

pub(super) async fn acknowledge(
    table: &Table,
    order: OrderId,
    machine: MachineId,
    now: Millis,
) -> PortResult<Option<Job>> {
    let answer = aggregate::change(table, order, |a| {
        let Some(held) = a.jobs.get(&machine).cloned() else { return Ok(None) };
        let mut job = held.job.clone();
        job.acknowledged_at = job.acknowledged_at.or(Some(now));
        // Once the machine knows that the order is cancelled, it owes nothing.
        if a.order.state == OrderState::Cancelled {
            job.done_at = job.done_at.or(Some(now));
        }
        if job != held.job {
            a.write_job(StoredJob { job: job.clone(), ..held })?;
        }
        Ok(Some(job))
    });
    Ok(answer.await?.flatten())
}

pub(super) async fn set_waiting(
    table: &Table,
    order: OrderId,
    machine: MachineId,
    waiting: Option<&str>,
) -> PortResult<()> {
    let set = aggregate::change(table, order, |a| {
        let Some(held) = a.jobs.get(&machine).cloned() else { return Ok(()) };
        if held.job.waiting.as_deref() == waiting {
            return Ok(());
        }
        let job = Job { waiting: waiting.map(str::to_owned), ..held.job.clone() };
        a.write_job(StoredJob { job, ..held })
    });
    set.await.map(drop)
}

/// A cancelled order's jobs stay open until each machine has acknowledged that.
pub(super) fn tell_of_cancellation(a: &mut Aggregate, now: Millis) -> PortResult<()> {
    let open: Vec<Job> = a.jobs.values().map(|s| s.job.clone()).filter(|j| j.done_at.is_none()).collect();
    for job in open {
        a.write_job(StoredJob { job: Job { acknowledged_at: None, waiting: None, ..job }, rung_at: now })?;
    }
    Ok(())
}

/// A job that was done and has something to do again.
pub(super) fn open_again(a: &mut Aggregate, machine: MachineId, now: Millis) -> PortResult<()> {
    let owes = a.order.state == OrderState::Approved && a.order.owes_without_lab(machine);
    let Some(held) = a.jobs.get(&machine).filter(|held| owes && held.job.done_at.is_some()).cloned() else {
        return Ok(());
    };
    let job = Job { acknowledged_at: None, done_at: None, waiting: None, ..held.job };
    a.write_job(StoredJob { job, rung_at: now })
}

/// Everything this machine owed is there.
pub(super) fn done(a: &mut Aggregate, machine: MachineId, now: Millis) -> PortResult<()> {
    let Some(held) = a.jobs.get(&machine).cloned() else { return Ok(()) };
    let mut job = Job { waiting: None, ..held.job.clone() };
    job.done_at = job.done_at.or(Some(now));
    job.acknowledged_at = job.acknowledged_at.or(Some(now));
    a.write_job(StoredJob { job, ..held })
}
