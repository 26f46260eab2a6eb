//! Print files leave the host when the lab has printed, when a later attempt replaced them, or after 30
//! days: they can be rendered again. A part that waits for another machine's part is left alone until then.

use std::collections::BTreeMap;

use domain::{
    Millis,
    id::{LabId, OrderId},
    object_key::RELAY_PREFIX,
};
use ports::{PortResult, Ports, blobs::ObjectInfo};

use crate::SweepReport;

const PAGE: u32 = 1_000;
const KEEP: i64 = 30 * Millis::DAY;
/// How long files of an attempt stay that a later one replaced, or of an order that is not there.
const KEEP_REPLACED: i64 = 2 * Millis::DAY;

type DeliveryKey = (OrderId, LabId, u32);

/// What the order book says of a delivery's files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Printed: go now.
    Printed,
    /// Not needed any more, but perhaps still being read or written.
    Replaced,
    Needed,
}

pub(crate) async fn sweep_relay(ports: &Ports, report: &mut SweepReport) -> PortResult<()> {
    let now = ports.clock.now();
    let mut fates: BTreeMap<DeliveryKey, Fate> = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = ports.blobs.list(RELAY_PREFIX, cursor.as_deref(), PAGE).await?;
        let mut over = Vec::new();
        for object in &page.items {
            let Some(delivery) = parse(&object.key) else { continue };
            let fate = match fates.get(&delivery) {
                Some(fate) => *fate,
                None => {
                    let fate = look_up(delivery, ports).await?;
                    // Listings are in the order of keys: one delivery after the other.
                    fates.clear();
                    fates.insert(delivery, fate);
                    fate
                }
            };
            if is_over(object, fate, now) {
                over.push(object.key.clone());
            }
        }
        if !over.is_empty() {
            ports.blobs.delete(&over).await?;
            report.relay_files_removed += over.len() as u64;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn is_over(object: &ObjectInfo, fate: Fate, now: Millis) -> bool {
    let age = now.0 - object.stored_at.0;
    match fate {
        Fate::Printed => true,
        Fate::Replaced => age > KEEP_REPLACED,
        Fate::Needed => age > KEEP,
    }
}

async fn look_up((order, lab, attempt): DeliveryKey, ports: &Ports) -> PortResult<Fate> {
    if let Some(delivery) = ports.orders.delivery(order, lab, attempt).await?
        && delivery.finished_at.is_some()
    {
        return Ok(Fate::Printed);
    }
    if ports.orders.order(order).await?.is_none() {
        return Ok(Fate::Replaced);
    }
    let wanted = ports.orders.attempts(order).await?.get(&lab).copied().unwrap_or(1);
    Ok(if attempt < wanted { Fate::Replaced } else { Fate::Needed })
}

/// `relay/<order>/<lab>/<attempt>/…`; what is named otherwise is not ours to remove.
fn parse(key: &str) -> Option<DeliveryKey> {
    let mut parts = key.strip_prefix(RELAY_PREFIX)?.split('/');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
