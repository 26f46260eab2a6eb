//! What agents and labs say about lines.

use domain::{
    Millis,
    fulfilment::{LineReport, apply_report, printed_homes},
    id::OrderId,
    order::Order,
};
use ports::order_book::KeptReport;
use rusqlite::{Connection, params};

use super::{jobs, orders, parts};
use crate::{document, fault::Step};

pub(super) fn apply(
    db: &Connection,
    id: OrderId,
    reports: &[LineReport],
    now: Millis,
) -> Step<Option<Order>> {
    let Some(mut order) = orders::read(db, id)? else { return Ok(None) };
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
        orders::write(db, &order)?;
        // What is printed was sent, whatever this host knows of it.
        for machine in printed_homes(&order) {
            jobs::done(db, id, machine, now)?;
        }
        // The last digital or item may be the last thing a machine owed.
        for machine in order.homes_of(reports) {
            if parts::owes_nothing(db, &order, machine)? {
                jobs::done(db, id, machine, now)?;
            }
        }
    }
    Ok(Some(order))
}

pub(super) fn keep(db: &Connection, order: OrderId, report: &KeptReport) -> Step<bool> {
    let kept = db
        .prepare_cached(
            "INSERT INTO reports (order_id, lab, report, envelope, tracking) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (order_id, lab, report) DO NOTHING",
        )?
        .execute(params![
            order.to_string(),
            report.lab.to_string(),
            report.report,
            report.envelope,
            report.tracking
        ])?;
    Ok(kept == 1)
}

pub(super) fn of_order(db: &Connection, order: OrderId) -> Step<Vec<KeptReport>> {
    let mut statement = db.prepare_cached(
        "SELECT lab, report, envelope, tracking FROM reports WHERE order_id = ?1 ORDER BY n",
    )?;
    let mut rows = statement.query([order.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(KeptReport {
            lab: document::id(row, "lab")?,
            report: row.get("report")?,
            envelope: row.get("envelope")?,
            tracking: row.get("tracking")?,
        });
    }
    Ok(found)
}
