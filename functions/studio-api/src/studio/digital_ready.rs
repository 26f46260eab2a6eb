//! Takes a machine's word that all its files of a line are at the host, after looking for each of them. With the
//! last machine's the line is delivered: the customer's page shows the files from now on.

use axum::{extract::State, http::StatusCode};
use domain::{
    Millis,
    digital::{MAX_DAYS, MAX_FILES, Offered, OfferedFile, offer, safe_name},
    fulfilment::LineReport,
    id::OrderId,
    object_key::DigitalPart,
    order::{Order, Stage},
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::DigitalReady;

use super::send_digital::must_bring;
use crate::{
    access::MachineCaller,
    problems::{at_most, busy, must_be_approved},
    request::Segments,
};

const TRIES: usize = 5;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ready): Json<DigitalReady>,
) -> Answer<StatusCode> {
    at_most("files", ready.files.len(), MAX_FILES)?;
    if ready.files.is_empty() || ready.days == 0 || ready.days > MAX_DAYS {
        return Err(Refusal::invalid(
            "bad_offer",
            format!(
                "{} files for {} days; at least one, for 1 to {MAX_DAYS} days.",
                ready.files.len(),
                ready.days
            ),
        )
        .hint("Set [orders] files_for_days in the agent's preferences."));
    }
    for _ in 0..TRIES {
        let (order, _) = caller.job(&ports, id).await?;
        let offered = match repeated(&order, &ready, &caller) {
            // Said before, but perhaps not followed by the line's report.
            Some(offered) => offered,
            None => {
                let place = must_bring(&order, &caller, ready.line, ready.attempt)?;
                check(&ports, &place, &ready).await?
            }
        };
        let (next, complete) = offer(&order, &offered);
        if let Some(next) = next {
            match ports.orders.update(&next, &[]).await {
                Ok(()) => {}
                Err(e) if e.is_conflict() => continue,
                Err(e) => return Err(e.into()),
            }
        }
        if complete {
            deliver(&ports, id, ready.line, ready.attempt).await?;
        }
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(busy(&format!("Order {}", id.number())))
}

fn repeated(order: &Order, ready: &DigitalReady, caller: &MachineCaller) -> Option<Offered> {
    must_be_approved(order).ok()?;
    let same = |o: &&Offered| {
        (o.line, o.attempt, o.machine) == (ready.line, ready.attempt, caller.machine.id)
            && o.files.len() == ready.files.len()
            && o.files.iter().zip(&ready.files).all(|(a, b)| a.sha256 == b.sha256)
    };
    order.handling.digitals.iter().find(same).cloned()
}

/// Every file is there, and as long as it is said to be.
async fn check(ports: &Ports, place: &DigitalPart, ready: &DigitalReady) -> Answer<Offered> {
    let mut files = Vec::with_capacity(ready.files.len());
    for file in &ready.files {
        let held = ports.blobs.head(&place.file(&file.sha256)).await?;
        if held.is_none_or(|held| held.length != file.length) {
            return Err(Refusal::conflict(
                "file_missing",
                format!("{} is not at the host.", safe_name(&file.name)),
            )
            .hint("Send it, then say again that all is there."));
        }
        files.push(OfferedFile { name: safe_name(&file.name), ..file.clone() });
    }
    let at = ports.clock.now();
    let until = at.plus(i64::from(ready.days) * Millis::DAY);
    let DigitalPart { line, attempt, machine, .. } = *place;
    Ok(Offered { line, attempt, machine, files, at, until })
}

async fn deliver(ports: &Ports, order: OrderId, line: u32, attempt: u32) -> Answer<()> {
    let report = LineReport { line, attempt, stage: Stage::Shipped, hold: None };
    let after = ports.orders.report_lines(order, &[report], ports.clock.now()).await?;
    if let Some(order) = after {
        ports::mails::owe(ports, &order).await?;
    }
    Ok(())
}
