//! The host was restored to an earlier moment: it says so with every answer (`domain::epoch`). What this machine
//! knows of the time since is said again, without anybody typing a command:
//!
//! * galleries, rosters, codes and pairings are made again; photos that the host lacks are published again, and
//!   those it shows again are withdrawn again;
//! * orders that it lost come back from the journal, with the decisions that were made;
//! * files of orders are sent again where the lab does not say soon that it has them.
//!
//! Everything here may be interrupted and repeated: the epoch is noted as known when all of it was said.

mod galleries;
mod looks;
mod orders;
mod pairings;

use domain::{Millis, epoch::Epoch};
use rusqlite::OptionalExtension;
use wire::{enrol::Account as HostAccount, route};

pub use looks::look_again;

use crate::{AgentError, catalog::Catalog, host::HostWhat, orders::Desk, output::count};

/// Records of this machine carry its own clock, the restored moment the host's.
const MARGIN: i64 = Millis::DAY;

/// What had to be said again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Healed {
    pub galleries: usize,
    pub photos: usize,
    pub codes: usize,
    pub orders: usize,
    pub pairings: usize,
}

/// Compares when the host's epoch is another one than this catalog agrees with.
pub async fn heal(desk: &Desk) -> Result<Option<Healed>, AgentError> {
    let Some(epoch) = desk.host.epoch() else { return Ok(None) };
    let known = known(&desk.catalog)?;
    if known == Some(epoch.number) {
        return Ok(None);
    }
    let mut healed = None;
    // An epoch without a moment is the first: nothing was ever restored.
    if let Some(since) = epoch.since {
        tracing::warn!("the host was restored to an earlier moment; saying again what it may have lost");
        let after = since.0.saturating_sub(MARGIN);
        let mut said = Healed { pairings: pairings::ask_again(desk).await?, ..Healed::default() };
        galleries::compare(&desk.catalog, &desk.host, after, &mut said).await?;
        orders::compare(desk, after, &mut said).await?;
        tracing::warn!("{}", said.text());
        healed = Some(said);
    }
    agree(&desk.catalog, epoch)?;
    Ok(healed)
}

/// For commands, which have not spoken to the host yet.
pub async fn heal_now(desk: &Desk) -> Result<Option<Healed>, AgentError> {
    if desk.host.epoch().is_none() {
        let _: HostAccount = desk.host.get(route::STUDIO_ACCOUNT).await.host("the host does not answer")?;
    }
    heal(desk).await
}

fn known(catalog: &Catalog) -> Result<Option<u64>, AgentError> {
    let epoch: Option<i64> =
        catalog.read(|db| db.query_row("SELECT epoch FROM host_epoch", [], |row| row.get(0)).optional())?;
    Ok(epoch.and_then(|epoch| u64::try_from(epoch).ok()))
}

fn agree(catalog: &Catalog, epoch: Epoch) -> Result<(), AgentError> {
    let number = i64::try_from(epoch.number).unwrap_or(i64::MAX);
    catalog
        .write(|tx| tx.execute("INSERT OR REPLACE INTO host_epoch (one, epoch) VALUES (1, ?1)", [number]))
        .map(drop)
}

impl Healed {
    pub fn text(&self) -> String {
        format!(
            "the host was restored: {} and {} made again, {} to publish again, {} brought back or decided again, {} asked again",
            count(self.galleries, "gallery"),
            count(self.codes, "access code"),
            count(self.photos, "photo"),
            count(self.orders, "order"),
            count(self.pairings, "lab"),
        )
    }
}
