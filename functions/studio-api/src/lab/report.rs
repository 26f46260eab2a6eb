//! Takes a lab's signed report: keeps it for the studio, moves the lines, and ends deliveries that are
//! printed, whose files then leave the host.

use axum::{extract::State, http::StatusCode};
use domain::{
    fulfilment::LineReport,
    id::LabId,
    object_key::delivery_prefix,
    order::{MAX_LINES, Order, Stage},
    text::one_line,
};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, order_book::KeptReport};
use wire::{
    lab::LabReport,
    signed::{Signed, SignedError},
};

use super::claim_print::MAX_ATTEMPT;
use crate::{
    access::LabCaller,
    problems::{at_most, unauthorised},
};

const MAX_REPORT_ID: usize = 80;
const MAX_HOLD: usize = 300;
const MAX_TRACKING: usize = 200;
const MAX_ENVELOPE: usize = 256 * 1024;

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Json(signed): Json<Signed>,
) -> Answer<StatusCode> {
    let report = verified(&caller, &signed)?;
    let order = caller.order(&ports, report.order).await?;
    check(&report)?;
    let tracking = report.tracking.as_deref().map(|t| one_line(t, MAX_TRACKING)).filter(|t| !t.is_empty());
    let kept = KeptReport {
        lab: caller.lab.id,
        report: report.report.clone(),
        envelope: serde_json::to_string(&signed)
            .map_err(|e| Refusal::invalid("unreadable_report", e.to_string()))?,
        tracking,
    };
    ports.orders.keep_report(order.id, &kept).await?;
    // Also when it was kept before: the process may have ended between keeping and moving.
    let lines = own_lines(&order, caller.lab.id, &report);
    let now = ports.clock.now();
    let moved =
        if lines.is_empty() { None } else { ports.orders.report_lines(order.id, &lines, now).await? };
    let order = moved.unwrap_or(order);
    ports::mails::owe(&ports, &order).await?;
    finish_deliveries(&ports, &order, caller.lab.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn verified(caller: &LabCaller, signed: &Signed) -> Answer<LabReport> {
    let key =
        caller.lab.key.ok_or_else(|| unauthorised("unknown_lab", "This lab has no key at this host."))?;
    if signed.text.len() > MAX_ENVELOPE {
        return Err(Refusal::invalid("too_large", "The report is too large."));
    }
    let report: LabReport = signed.open(&key).map_err(|e| match e {
        SignedError::Shape(_) => Refusal::invalid("unreadable_report", format!("The report: {e}.")),
        SignedError::OtherKey { .. } | SignedError::BadSignature => {
            Refusal::invalid("bad_signature", format!("The report was refused: {e}."))
                .hint("Sign with the key this lab enrolled with.")
        }
    })?;
    if report.lab != caller.lab.id {
        return Err(Refusal::invalid("other_lab", "The report speaks for another lab."));
    }
    Ok(report)
}

fn check(report: &LabReport) -> Answer<()> {
    at_most("lines", report.lines.len(), MAX_LINES)?;
    let id = &report.report;
    if !(1..=MAX_REPORT_ID).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::invalid(
            "bad_report_id",
            format!("A report is named by 1 to {MAX_REPORT_ID} visible ASCII characters."),
        ));
    }
    for line in &report.lines {
        if !(Stage::Sent..=Stage::Shipped).contains(&line.stage) || !(1..=MAX_ATTEMPT).contains(&line.attempt)
        {
            return Err(Refusal::invalid(
                "bad_line_report",
                format!(
                    "Line {}: a lab reports received to shipped, of attempts 1 to {MAX_ATTEMPT}.",
                    line.line
                ),
            ));
        }
    }
    Ok(())
}

/// Lines of other labs are left alone, whatever this one says of them.
fn own_lines(order: &Order, lab: LabId, report: &LabReport) -> Vec<LineReport> {
    let (own, foreign): (Vec<_>, Vec<_>) =
        report.lines.iter().cloned().partition(|l| order.routes.get(&l.line) == Some(&lab));
    if !foreign.is_empty() {
        tracing::warn!(order = %order.id, %lab, lines = foreign.len(), "a lab reported lines that are not its own");
    }
    let clean = |l: LineReport| LineReport {
        hold: l.hold.map(|h| one_line(&h, MAX_HOLD)).filter(|h| !h.is_empty()),
        ..l
    };
    own.into_iter().map(clean).collect()
}

/// When every line of this lab is printed, its deliveries are over and their files are removed.
async fn finish_deliveries(ports: &Ports, order: &Order, lab: LabId) -> Answer<()> {
    let mut lines = order.lines.iter().filter(|l| order.routes.get(&l.no) == Some(&lab));
    if !lines.all(|l| l.status.stage >= Stage::Printed) {
        return Ok(());
    }
    let last = ports.orders.attempts(order.id).await?.get(&lab).copied().unwrap_or(1);
    for attempt in 1..=last {
        let Some(delivery) = ports.orders.delivery(order.id, lab, attempt).await? else { continue };
        if delivery.finished_at.is_some() {
            continue;
        }
        // Files first: should this stop in between, the next report or the timer finds the rest.
        remove(ports, &delivery_prefix(order.id, lab, attempt)).await?;
        ports.orders.finish_delivery(order.id, lab, attempt, ports.clock.now()).await?;
        tracing::info!(order = %order.id, %lab, attempt, "a delivery is printed; its files were removed");
    }
    Ok(())
}

async fn remove(ports: &Ports, prefix: &str) -> Answer<()> {
    loop {
        let page = ports.blobs.list(prefix, None, 1_000).await?;
        let keys: Vec<String> = page.items.into_iter().map(|o| o.key).collect();
        if keys.is_empty() {
            return Ok(());
        }
        ports.blobs.delete(&keys).await?;
        if page.next.is_none() {
            return Ok(());
        }
    }
}
