//! Takes what a machine says of its job: lines it renders, what it waits for, lines a person must look at.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode};
use domain::{
    fulfilment::{GAP, LineReport, studio_may_deliver},
    id::{LabId, OrderId},
    order::{MAX_LINES, Order, OrderLine, Stage},
    text::one_line,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::JobProgress;

use crate::{
    access::MachineCaller,
    problems::{at_most, must_be_approved},
    request::Segments,
};

const MAX_TEXT: usize = 300;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(order): Segments<OrderId>,
    Json(progress): Json<JobProgress>,
) -> Answer<StatusCode> {
    let (order, _) = caller.job(&ports, order).await?;
    at_most("lines", progress.rendering.len(), MAX_LINES)?;
    at_most("delivered lines", progress.delivered.len(), MAX_LINES)?;
    at_most("holds", progress.holds.len(), MAX_LINES)?;
    let reports = reports(&ports, &caller, &order, &progress).await?;
    if let Some(waiting) = &progress.waiting {
        let text = one_line(waiting, MAX_TEXT);
        let text = (!text.is_empty()).then_some(text.as_str());
        ports.orders.set_waiting(order.id, caller.machine.id, text).await?;
    }
    if !reports.is_empty() {
        ports.orders.report_lines(order.id, &reports, ports.clock.now()).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn reports(
    ports: &Ports,
    caller: &MachineCaller,
    order: &Order,
    progress: &JobProgress,
) -> Answer<Vec<LineReport>> {
    if progress.rendering.is_empty() && progress.holds.is_empty() && progress.delivered.is_empty() {
        return Ok(Vec::new());
    }
    must_be_approved(order)?;
    let attempts = ports.orders.attempts(order.id).await?;
    let mut reports = Vec::new();
    for no in &progress.rendering {
        let line = own_line(order, *no, caller)?;
        let attempt = wanted(order, line, &attempts);
        // That it is rendered again says nothing of what the lab has printed: a gap stays one.
        let hold = line.status.hold.clone().filter(|hold| hold == GAP);
        reports.push(LineReport { line: *no, attempt, stage: Stage::Rendering, hold });
    }
    for no in &progress.delivered {
        let line = own_line(order, *no, caller)?;
        if !studio_may_deliver(order, *no) {
            return Err(Refusal::invalid(
                "not_the_studios",
                format!("Line {no} is printed by a lab, which says when it is shipped."),
            )
            .hint(format!("See where it is: darkslide orders show {}", order.id.number())));
        }
        reports.push(LineReport {
            line: *no,
            attempt: line.status.attempt,
            stage: Stage::Shipped,
            hold: None,
        });
    }
    for (no, reason) in &progress.holds {
        let line = own_line(order, *no, caller)?;
        let reason = one_line(reason, MAX_TEXT);
        // A hold stays beside the stage the line has. What the lab has taken over is the lab's to hold.
        let renders = progress.rendering.contains(no);
        let stage = if renders { line.status.stage.max(Stage::Rendering) } else { line.status.stage };
        if stage <= Stage::Sent {
            let attempt = if renders { wanted(order, line, &attempts) } else { line.status.attempt };
            let hold = (!reason.is_empty()).then_some(reason);
            reports.push(LineReport { line: *no, attempt, stage, hold });
        }
    }
    Ok(reports)
}

/// A line of which this machine holds a picture, or that it looks after.
fn own_line<'a>(order: &'a Order, no: u32, caller: &MachineCaller) -> Answer<&'a OrderLine> {
    let line = order.line(no).filter(|l| l.is_work_of(caller.machine.id));
    line.ok_or_else(|| {
        Refusal::invalid("not_this_machines", format!("Line {no} has no picture of this machine."))
            .hint(format!("See whose it is: darkslide orders show {}", order.id.number()))
    })
}

/// The attempt this machine works on: the lab's, which is ahead of the line's after it asked again.
fn wanted(order: &Order, line: &OrderLine, attempts: &BTreeMap<LabId, u32>) -> u32 {
    let lab = order.routes.get(&line.no).and_then(|lab| attempts.get(lab));
    lab.copied().unwrap_or(1).max(line.status.attempt)
}
