//! Orders of a studio, open jobs of a machine, open deliveries of a lab.

use domain::{
    id::{LabId, MachineId, OrderId, StudioId},
    order::{Delivery, Job, Order},
};
use ports::{Page, PortResult};

use super::{
    aggregate::{DELIVERY, JOB, StoredJob},
    stored::{self, ORDER},
};
use crate::{
    cursor, keys,
    table::{Query, Range, Row, Table, pointers::Pointer},
};

/// Newest first.
pub(super) async fn orders(
    table: &Table,
    studio: StudioId,
    cursor: Option<&str>,
    limit: u32,
) -> PortResult<Page<Order>> {
    let before = cursor::decode(cursor)?.map_or(Range::All, Range::Before);
    let query = Query::of(keys::orders_of(studio)).range(before).backwards();
    let found: Vec<Pointer> = table.rows(ORDER, &query, Some(cursor::one_more(limit))).await?;
    let page = cursor::page(found, limit, |p: &Pointer| p.sk.clone());
    let ids = page.items.iter().map(|p| p.part(ORDER, 1)).collect::<PortResult<Vec<OrderId>>>()?;
    Ok(Page { items: stored::read_many(table, &ids).await?, next: page.next })
}

pub(super) async fn open_jobs(
    table: &Table,
    machine: MachineId,
    cursor: Option<&str>,
    limit: u32,
) -> PortResult<Page<Job>> {
    let query = Query::of(keys::open_jobs_of(machine)).after(cursor::decode(cursor)?);
    let found: Vec<Pointer> = table.rows(JOB, &query, Some(cursor::one_more(limit))).await?;
    let page = cursor::page(found, limit, |p: &Pointer| p.sk.clone());
    let mut jobs = Vec::with_capacity(page.items.len());
    for pointer in &page.items {
        jobs.push(keys::job(pointer.part(JOB, 1)?, machine));
    }
    let rows: Vec<Row<StoredJob>> = table.batch(JOB, &jobs, true).await?;
    // One that was done between the two reads is no longer open.
    let open = rows.into_iter().map(|row| row.doc.job).filter(|job| job.done_at.is_none());
    Ok(Page { items: open.collect(), next: page.next })
}

pub(super) async fn open_deliveries(
    table: &Table,
    lab: LabId,
    cursor: Option<&str>,
    limit: u32,
) -> PortResult<Page<Delivery>> {
    let query = Query::of(keys::open_deliveries_of(lab)).after(cursor::decode(cursor)?);
    let found: Vec<Pointer> = table.rows(DELIVERY, &query, Some(cursor::one_more(limit))).await?;
    let page = cursor::page(found, limit, |p: &Pointer| p.sk.clone());
    let mut deliveries = Vec::with_capacity(page.items.len());
    for pointer in &page.items {
        deliveries.push(keys::delivery(pointer.part(DELIVERY, 1)?, lab, pointer.part(DELIVERY, 2)?));
    }
    let rows: Vec<Row<Delivery>> = table.batch(DELIVERY, &deliveries, true).await?;
    let open = rows.into_iter().map(|row| row.doc).filter(|d| d.finished_at.is_none());
    Ok(Page { items: open.collect(), next: page.next })
}

/// Orders in which a machine has a job that is not done.
pub(super) async fn orders_with_open_job(table: &Table, machine: MachineId) -> PortResult<Vec<OrderId>> {
    let found: Vec<Pointer> = table.rows(JOB, &Query::of(keys::open_jobs_of(machine)), None).await?;
    found.iter().map(|p| p.part(JOB, 1)).collect()
}
