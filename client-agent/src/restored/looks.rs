//! Orders whose files were sent before the host was restored. The lab usually has them, and says so within
//! seconds; sending gigabytes again would be for nothing. So the host is asked a little later, and only what it
//! still misses is rendered and sent again. The lab prints no attempt twice that its journal knows.

use domain::id::OrderId;
use rusqlite::params;

use crate::{
    AgentError,
    catalog::Catalog,
    clock,
    orders::{
        Desk,
        journal::{self, jobs, parts},
    },
};

const FIRST_LOOK: i64 = 45 * domain::Millis::SECOND;
/// Then: what was sent again needs its time to be looked through.
const NEXT_LOOK: i64 = 10 * domain::Millis::MINUTE;

pub(super) fn note(catalog: &Catalog, order: OrderId) -> Result<(), AgentError> {
    let at = clock::now().0.saturating_add(FIRST_LOOK);
    catalog
        .write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO restored_order (order_id, look_at) VALUES (?1, ?2)",
                params![order.to_string(), at],
            )
        })
        .map(drop)
}

/// Looks at what is due; how many parts are to be sent again.
pub async fn look_again(desk: &Desk) -> Result<usize, AgentError> {
    let due: Vec<OrderId> = desk.catalog.read(|db| {
        let mut statement = db.prepare_cached("SELECT order_id FROM restored_order WHERE look_at <= ?1")?;
        statement.query_map([clock::now().0], |row| journal::parsed(row, 0))?.collect()
    })?;
    let mut again = 0;
    for order in due {
        let there = desk.fetch(order).await?;
        let job = desk.catalog.read(|db| jobs::get(db, order))?;
        let open = job.filter(|_| there).filter(|job| job.problem.is_none()).and_then(|job| {
            let mine = job.document.jobs.into_iter().find(|j| j.machine == desk.account.machine)?;
            (!mine.done).then_some(mine.attempts)
        });
        let Some(attempts) = open else {
            forget(desk, order)?;
            continue;
        };
        let parts = desk.catalog.read(|db| parts::of_order(db, order))?;
        for part in parts.iter().filter(|p| p.state.is_over()) {
            let wanted = attempts.get(&part.key.lab).copied().unwrap_or(1);
            if part.key.attempt == wanted {
                tracing::warn!(
                    "order {} is sent to its lab again: the restored host does not have it",
                    order.number()
                );
                desk.catalog.write(|tx| parts::send_again(tx, part.key))?;
                again += 1;
            }
        }
        let at = clock::now().0.saturating_add(NEXT_LOOK);
        desk.catalog.write(|tx| {
            tx.execute(
                "UPDATE restored_order SET look_at = ?2 WHERE order_id = ?1",
                params![order.to_string(), at],
            )
        })?;
    }
    Ok(again)
}

fn forget(desk: &Desk, order: OrderId) -> Result<(), AgentError> {
    desk.catalog
        .write(|tx| tx.execute("DELETE FROM restored_order WHERE order_id = ?1", [order.to_string()]))
        .map(drop)
}
