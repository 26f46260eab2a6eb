//! Closes galleries whose last day is over. Customers saw them closed already; this makes it lasting.

use domain::gallery::{Gallery, GalleryState};
use ports::{PortResult, Ports};

use crate::SweepReport;

const PAGE: u32 = 100;

pub(crate) async fn close_expired(ports: &Ports, report: &mut SweepReport) -> PortResult<()> {
    let now = ports.clock.now();
    loop {
        let expired = ports.galleries.expired(now, PAGE).await?;
        let more = expired.len() >= PAGE as usize;
        let mut closed = 0;
        let mut forget = Vec::new();
        for gallery in expired {
            let next = Gallery { state: GalleryState::Closed, ..gallery.clone() };
            match ports.galleries.put_gallery(&next, gallery.revision).await {
                Ok(_) => {
                    closed += 1;
                    forget.push(gallery.id);
                }
                // The studio changed it just now: the next run sees what it made of it.
                Err(e) if e.is_conflict() => {}
                Err(e) => return Err(e),
            }
        }
        report.galleries_closed += closed;
        // After the records, so that no edge takes a picture up again that is to be forgotten.
        ports.edge.forget(&forget, &format!("closed at {}", now.0)).await?;
        if !more || closed == 0 {
            return Ok(());
        }
    }
}
