//! Files that were sold leave the host when their time is over, when the money went back, or when nobody said
//! that they are all there. The originals are at the studio: they can be sent again.

use domain::{
    Millis,
    digital::{is_taken_back, of_line},
    id::OrderId,
    object_key::{DIGITAL_PREFIX, DigitalPart},
    order::Order,
};
use ports::{PortResult, Ports, blobs::ObjectInfo};

use crate::SweepReport;

const PAGE: u32 = 1_000;
/// How long a file may lie here before its machine says that all of them are there.
const UNDER_WAY: i64 = 14 * Millis::DAY;

pub(crate) async fn sweep_digitals(ports: &Ports, report: &mut SweepReport) -> PortResult<()> {
    let now = ports.clock.now();
    let mut last: Option<(OrderId, Option<Order>)> = None;
    let mut cursor = None;
    loop {
        let page = ports.blobs.list(DIGITAL_PREFIX, cursor.as_deref(), PAGE).await?;
        let mut over = Vec::new();
        for object in &page.items {
            let Some((place, _)) = DigitalPart::parse_file(&object.key) else { continue };
            // Listings are in the order of keys: one order after the other.
            if last.as_ref().is_none_or(|(id, _)| *id != place.order) {
                last = Some((place.order, ports.orders.order(place.order).await?));
            }
            let order = last.as_ref().and_then(|(_, order)| order.as_ref());
            if !is_needed(order, &place, object, now) {
                over.push(object.key.clone());
            }
        }
        if !over.is_empty() {
            ports.blobs.delete(&over).await?;
            report.digitals_removed += over.len() as u64;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn is_needed(order: Option<&Order>, place: &DigitalPart, object: &ObjectInfo, now: Millis) -> bool {
    let Some(order) = order.filter(|order| !is_taken_back(order)) else { return false };
    let Some(line) = order.line(place.line).filter(|line| line.status.attempt == place.attempt) else {
        return false;
    };
    match of_line(order, line).find(|offered| offered.machine == place.machine) {
        Some(offered) => {
            offered.until > now && offered.files.iter().any(|f| place.file(&f.sha256) == object.key)
        }
        None => now.0 - object.stored_at.0 < UNDER_WAY,
    }
}
