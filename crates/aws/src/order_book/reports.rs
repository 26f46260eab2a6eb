//! What agents and labs say about lines.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::{
    Millis,
    fulfilment::{LineReport, apply_report, printed_homes},
    id::OrderId,
    order::Order,
};
use ports::{PortError, PortResult, order_book::KeptReport};
use serde::{Deserialize, Serialize};

use super::{
    aggregate::{self, Aggregate},
    jobs, parts,
};
use crate::{
    keys,
    table::{Done, Query, Table, Write},
};

const REPORT: &str = "a lab's report";
/// A sort key has at most 1,024 bytes, of which the lab's id takes 31.
const MAX_ID: usize = 900;

#[derive(Serialize, Deserialize)]
struct StoredReport {
    pk: String,
    sk: String,
    doc: KeptReport,
    /// When it came, in nanoseconds since 1970: reports are read in the order they came.
    came: u64,
}

pub(super) fn apply(a: &mut Aggregate, reports: &[LineReport], now: Millis) -> PortResult<()> {
    let mut order = a.order.clone();
    let mut changed = false;
    for report in reports {
        for line in order.lines.iter_mut().filter(|l| l.no == report.line) {
            if let Some(status) = apply_report(&line.status, report, now) {
                line.status = status;
                changed = true;
            }
        }
    }
    if changed {
        order.revision += 1;
        let homes = order.homes_of(reports);
        a.write_order(order)?;
        // What is printed was sent, whatever this host knows of it.
        let mut over = printed_homes(&a.order);
        // The last digital or item may be the last thing a machine owed.
        over.extend(homes.into_iter().filter(|machine| parts::owes_nothing(a, *machine)));
        // Each once: a transaction takes one write an item.
        for machine in over {
            if a.jobs.get(&machine).is_some_and(|held| held.job.done_at.is_none()) {
                jobs::done(a, machine, now)?;
            }
        }
    }
    Ok(())
}

pub(super) async fn report_lines(
    table: &Table,
    order: OrderId,
    reports: &[LineReport],
    now: Millis,
) -> PortResult<Option<Order>> {
    aggregate::change(table, order, |a| {
        apply(a, reports, now)?;
        Ok(a.order.clone())
    })
    .await
}

pub(super) async fn keep(table: &Table, order: OrderId, report: &KeptReport) -> PortResult<bool> {
    if report.report.len() > MAX_ID {
        return Err(PortError::invalid(REPORT, format!("its id is longer than {MAX_ID} bytes")));
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let came = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    let key = keys::report(order, report.lab, &report.report);
    let stored = StoredReport { pk: key.pk, sk: key.sk, doc: report.clone(), came };
    Ok(table.commit(&[Write::put(REPORT, &stored)?.when_new()]).await? == Done::Yes)
}

pub(super) async fn of_order(table: &Table, order: OrderId) -> PortResult<Vec<KeptReport>> {
    let query = Query::of(keys::reports_of(order));
    let mut found: Vec<StoredReport> = table.rows(REPORT, &query, None).await?;
    found.sort_by_key(|stored| stored.came);
    Ok(found.into_iter().map(|stored| stored.doc).collect())
}
