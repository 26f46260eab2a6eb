//! One row an order: what the host said, when it was acknowledged, what it waits for.

use domain::{
    Millis,
    id::{MachineId, OrderId},
    order::{Order, OrderState, Stage},
    studio::PublicKey,
};
use rusqlite::{Connection, OptionalExtension, params};
use wire::orders::StudioOrder;

#[derive(Clone, Debug)]
pub struct Job {
    pub document: StudioOrder,
    pub journaled_at: i64,
    pub acked_at: Option<i64>,
    /// What it waits for, in words, with the next step.
    pub waiting: Option<String>,
    /// Why a person must look before anything is rendered: the order contradicts itself or its past.
    pub problem: Option<String>,
}

impl Job {
    pub fn order(&self) -> &Order {
        &self.document.order
    }
}

/// Notes what the host says now. The order's content may not change any more after the first time: a host
/// that shows another content than before gets `Err(Changed)`, and the journal keeps the first.
///
/// The studio's own adjustments are the one exception: signed by one of its machines, they make a new first.
pub fn record(
    db: &mut Connection,
    document: &StudioOrder,
    studio_key: &PublicKey,
    now: i64,
) -> rusqlite::Result<Recorded> {
    let order = &document.order;
    let (id, digest) = (order.id.to_string(), content_digest(order));
    let text =
        serde_json::to_string(document).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let known: Option<(String, i64, String)> = tx
        .query_row("SELECT digest, journaled_at, document FROM job WHERE order_id = ?1", [&id], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .optional()?;
    let recorded = match known {
        None => {
            tx.execute(
                "INSERT INTO job (order_id, placed_at, state, digest, document, journaled_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![id, order.placed_at.0, state_text(order.state), digest, text, now],
            )?;
            Recorded::New
        }
        Some((first, at, before)) if first != digest && !explained(&before, order, studio_key) => {
            Recorded::Changed { since: at }
        }
        Some((first, _, before)) => {
            let text = with_reports_of(&before, document).unwrap_or(text);
            // Nothing is written that says the same: whoever watches the catalog wakes.
            if (&text, &digest) != (&before, &first) {
                tx.execute(
                    "UPDATE job SET state = ?2, document = ?3, digest = ?4 WHERE order_id = ?1",
                    params![id, state_text(order.state), text, digest],
                )?;
            }
            Recorded::Known
        }
    };
    tx.commit()?;
    Ok(recorded)
}

/// What labs have signed stays here, whatever the host shows later.
fn with_reports_of(before: &str, now: &StudioOrder) -> Option<String> {
    let before: StudioOrder = serde_json::from_str(before).ok()?;
    let missing: Vec<_> = before.reports.into_iter().filter(|r| !now.reports.contains(r)).collect();
    if missing.is_empty() {
        return None;
    }
    let reports = missing.into_iter().chain(now.reports.iter().cloned()).collect();
    serde_json::to_string(&StudioOrder { reports, ..now.clone() }).ok()
}

fn explained(before: &str, now: &Order, studio_key: &PublicKey) -> bool {
    let before: Option<StudioOrder> = serde_json::from_str(before).ok();
    before.is_some_and(|before| super::adjusted::explains(&before.order, now, studio_key))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    New,
    Known,
    Changed { since: i64 },
}

pub fn get(db: &Connection, order: OrderId) -> rusqlite::Result<Option<Job>> {
    db.prepare_cached(&format!("{SELECT} WHERE order_id = ?1"))?
        .query_row([order.to_string()], from_row)
        .optional()
}

/// The newest first.
pub fn all(db: &Connection) -> rusqlite::Result<Vec<Job>> {
    db.prepare_cached(&format!("{SELECT} ORDER BY placed_at DESC, order_id"))?
        .query_map([], from_row)?
        .collect()
}

/// In a state, the oldest first: the order in which they are worked on.
pub fn in_state(db: &Connection, state: OrderState) -> rusqlite::Result<Vec<Job>> {
    db.prepare_cached(&format!("{SELECT} WHERE state = ?1 ORDER BY placed_at, order_id"))?
        .query_map([state_text(state)], from_row)?
        .collect()
}

/// What came to this disk after a moment, the oldest first.
pub fn journaled_since(db: &Connection, at: i64) -> rusqlite::Result<Vec<Job>> {
    db.prepare_cached(&format!("{SELECT} WHERE journaled_at > ?1 ORDER BY journaled_at, order_id"))?
        .query_map([at], from_row)?
        .collect()
}

pub fn acknowledged(db: &Connection, order: OrderId, now: i64) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE job SET acked_at = coalesce(acked_at, ?2) WHERE order_id = ?1",
        params![order.to_string(), now],
    )?;
    Ok(())
}

/// Returns whether the words changed, so that the host is told only news.
pub fn set_waiting(db: &Connection, order: OrderId, waiting: Option<&str>) -> rusqlite::Result<bool> {
    let changed = db.execute(
        "UPDATE job SET waiting = ?2 WHERE order_id = ?1 AND waiting IS NOT ?2",
        params![order.to_string(), waiting],
    )?;
    Ok(changed > 0)
}

pub fn set_problem(db: &Connection, order: OrderId, problem: Option<&str>) -> rusqlite::Result<()> {
    db.execute("UPDATE job SET problem = ?2 WHERE order_id = ?1", params![order.to_string(), problem])?;
    Ok(())
}

/// Journaled but not acknowledged yet.
pub fn unacknowledged(db: &Connection) -> rusqlite::Result<Vec<OrderId>> {
    db.prepare_cached("SELECT order_id FROM job WHERE acked_at IS NULL ORDER BY placed_at")?
        .query_map([], |row| super::parsed(row, 0))?
        .collect()
}

const SELECT: &str = "SELECT document, journaled_at, acked_at, waiting, problem FROM job";

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Job> {
    let text: String = row.get(0)?;
    let document = serde_json::from_str(&text).map_err(|e| super::unreadable(0, e.to_string()))?;
    Ok(Job {
        document,
        journaled_at: row.get(1)?,
        acked_at: row.get(2)?,
        waiting: row.get(3)?,
        problem: row.get(4)?,
    })
}

fn state_text(state: OrderState) -> &'static str {
    match state {
        OrderState::Placed => "placed",
        OrderState::Approved => "approved",
        OrderState::Cancelled => "cancelled",
    }
}

/// Whether two documents are of the same order, whatever became of it.
pub fn same_content(a: &Order, b: &Order) -> bool {
    content_digest(a) == content_digest(b)
}

/// BLAKE3 of what may never change: everything but states, payment, routes, and homes (a gallery can be
/// adopted by another machine).
fn content_digest(order: &Order) -> String {
    let text = serde_json::to_vec(&content(order)).unwrap_or_default();
    blake3::hash(&text).to_hex().to_string()
}

/// The order without what may change.
pub(super) fn content(order: &Order) -> Order {
    let mut fixed = order.clone();
    fixed.handling = Default::default();
    fixed.settlement = Default::default();
    fixed.paid_at = None;
    fixed.state = OrderState::Placed;
    fixed.state_at = Millis(0);
    fixed.routes.clear();
    fixed.revision = 0;
    for line in &mut fixed.lines {
        line.status.stage = Stage::Placed;
        line.status.attempt = 1;
        line.status.hold = None;
        line.status.lab = None;
        line.status.updated_at = Millis(0);
        line.homes.clear();
        for node in &mut line.nodes {
            node.home = MachineId::from_bytes([0; 16]);
        }
    }
    fixed
}
