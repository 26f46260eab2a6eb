//! Batch records have served once their outcome is known. They stay 30 days, for agents that slept before
//! they asked; a record without an outcome stays until it is indexed.

use domain::{
    Millis,
    object_key::{BATCH_PREFIX, parse_batch},
};
use ports::{PortResult, Ports};

use crate::SweepReport;

const PAGE: u32 = 1_000;
const KEEP: i64 = 30 * Millis::DAY;

pub(crate) async fn sweep_batches(ports: &Ports, report: &mut SweepReport) -> PortResult<()> {
    let old = ports.clock.now().plus(-KEEP);
    let mut cursor = None;
    loop {
        let page = ports.blobs.list(BATCH_PREFIX, cursor.as_deref(), PAGE).await?;
        let mut served = Vec::new();
        for object in page.items.into_iter().filter(|o| o.stored_at < old) {
            let Some(key) = parse_batch(&object.key) else { continue };
            if ports.photos.outcome(key.batch).await?.is_some() {
                served.push(object.key);
            }
        }
        if !served.is_empty() {
            ports.blobs.delete(&served).await?;
            report.batch_records_removed += served.len() as u64;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}
