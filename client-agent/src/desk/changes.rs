//! What moved since: counts up when this computer's catalog or the host's orders changed, so that pages look
//! again. A page that lost its connection looks again by itself when it is back.

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use tokio::sync::watch;
use wire::{Page as Listed, orders::OrderSummary, route};

use super::serve::Page;
use crate::{catalog::Catalog, host};

/// How often the catalog is asked; costs one read of a counter.
const CATALOG_EVERY: Duration = Duration::from_millis(700);
/// How often the host is asked while a page is open. The doorbell is faster where the daemon runs.
const HOST_EVERY: Duration = Duration::from_secs(8);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub catalog: u64,
    pub orders: u64,
}

pub struct Changes(watch::Sender<Moved>);

impl Changes {
    pub fn new() -> Self {
        Self(watch::Sender::new(Moved::default()))
    }
    pub fn listen(&self) -> watch::Receiver<Moved> {
        self.0.subscribe()
    }
    /// Something was done here: every open page looks again.
    pub fn orders_moved(&self) {
        self.0.send_modify(|moved| moved.orders += 1);
    }
}

/// Runs beside the server, for ever.
pub async fn watch(page: Arc<Page>) {
    let mut catalog = None;
    let (mut version, mut seen) = (0, None);
    let mut host_at = tokio::time::Instant::now();
    loop {
        tokio::time::sleep(CATALOG_EVERY).await;
        if page.changes.0.receiver_count() == 0 {
            continue;
        }
        if catalog.is_none() {
            catalog = page.ctx.catalog().ok();
        }
        let now = catalog.as_ref().and_then(data_version).unwrap_or(version);
        if now != version {
            version = now;
            page.changes.0.send_modify(|moved| moved.catalog += 1);
        }
        if host_at.elapsed() >= HOST_EVERY {
            let listed = newest_orders(&page).await;
            if listed.is_some() && listed != seen {
                if seen.is_some() {
                    page.changes.orders_moved();
                }
                seen = listed;
            }
            host_at = tokio::time::Instant::now();
        }
    }
}

/// Changes when another connection commits.
fn data_version(catalog: &Catalog) -> Option<i64> {
    catalog.read(|db| db.query_row("PRAGMA main.data_version", [], |row| row.get(0))).ok()
}

/// The first page of the host's orders, as one number.
async fn newest_orders(page: &Page) -> Option<blake3::Hash> {
    let client = host::client(&page.ctx).ok()?;
    let listed: Listed<OrderSummary> = client.get(route::STUDIO_ORDERS).await.ok()?;
    Some(blake3::hash(&serde_json::to_vec(&listed.items).ok()?))
}
