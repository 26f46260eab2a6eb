//! What the status page shows of files that were bought: addresses that end soon, made anew at every look.

use std::time::Duration;

use domain::{
    Millis,
    digital::{Availability, availability, of_line},
    object_key::DigitalPart,
    order::{Order, OrderLine, OrderState},
};
use http_edge::Answer;
use ports::Ports;
use wire::checkout::{FileView, FilesState, FilesView};

/// How long an address on the page is good: enough to begin a download, and to go on with it.
const GOOD_FOR: i64 = Millis::HOUR;

/// `None`: the line is no files, or nobody has said yes to them.
pub async fn of(ports: &Ports, order: &Order, line: &OrderLine) -> Answer<Option<FilesView>> {
    let now = ports.clock.now();
    let view = |state| Some(FilesView { state, until: None, files: Vec::new() });
    let until = match availability(order, line, now) {
        Some(Availability::Ready { until }) => until,
        Some(Availability::Preparing) if order.state == OrderState::Approved => {
            return Ok(view(FilesState::Preparing));
        }
        Some(Availability::Over) => return Ok(view(FilesState::Over)),
        Some(Availability::Withdrawn) if order.state == OrderState::Approved => {
            return Ok(view(FilesState::Withdrawn));
        }
        _ => return Ok(None),
    };
    let left = u64::try_from((until.0 - now.0).clamp(1_000, GOOD_FOR)).unwrap_or(1_000);
    let mut files = Vec::new();
    for offered in of_line(order, line) {
        let place = DigitalPart {
            order: order.id,
            line: line.no,
            attempt: offered.attempt,
            machine: offered.machine,
        };
        for file in &offered.files {
            let key = place.file(&file.sha256);
            let signed = ports.grants.download(&key, &file.name, Duration::from_millis(left)).await?;
            files.push(FileView { name: file.name.clone(), length: file.length, url: signed.url });
        }
    }
    Ok(Some(FilesView { state: FilesState::Ready, until: Some(until.0), files }))
}
