//! POST /api/order/status/{secret}/files: files that were bought and whose time is over are wanted once more. The
//! studio's agent sends them again by itself.
//!
//! Also what the status page shows of files: addresses that end soon, made anew at every look.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use domain::{
    digital::{Availability, ask_again, availability, of_line},
    object_key::DigitalPart,
    order::{Order, OrderLine, OrderState},
};
use http_edge::{Answer, Refusal};
use ports::{Ports, order_book::OutboxEvent};
use wire::{
    checkout::{FileView, FilesState, FilesView, OrderView},
    problem::Problem,
    route,
};

use crate::{status::by_secret, view};

const TRIES: usize = 5;
/// How long an address on the page is good: enough to begin a download, and to go on with it.
const GOOD_FOR: i64 = domain::Millis::HOUR;

#[utoipa::path(
    post,
    path = route::ORDER_FILES,
    operation_id = "ask_files_again",
    tag = "order",
    params(("secret" = String, Path)),
    responses((status = 200, body = OrderView), (status = "default", body = Problem)),
)]
pub async fn again(
    State(ports): State<Ports>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Answer<axum::Json<OrderView>> {
    for _ in 0..TRIES {
        let order = by_secret(&ports, &secret).await?;
        // Nothing is over: asked for already, perhaps by the same click.
        let Some((next, machines)) = ask_again(&order, ports.clock.now()) else {
            return Ok(axum::Json(view::order(&ports, &headers, &order).await?));
        };
        let ring: Vec<_> =
            machines.into_iter().map(|machine| OutboxEvent::Job { order: next.id, machine }).collect();
        match ports.orders.update(&next, &ring).await {
            Ok(()) => return Ok(axum::Json(view::order(&ports, &headers, &next).await?)),
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(Refusal::conflict("changed_meanwhile", "The order is being changed by somebody else.")
        .hint("Try again in a moment."))
}

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
