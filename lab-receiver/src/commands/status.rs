//! `status`: what is on its way, printed, held or unreported.

use anyhow::Result;
use serde::Serialize;

use super::{Outcome, Setting};
use crate::journal::{
    deliveries::{DeliveryRow, DeliveryState},
    lines::{LineRow, LineState},
};

#[derive(Serialize)]
struct Status {
    lab: Option<String>,
    host: Option<String>,
    running: bool,
    studios: usize,
    reports_waiting: i64,
    reports_refused: i64,
    holds: usize,
    orders: Vec<OrderStatus>,
}

#[derive(Serialize)]
struct OrderStatus {
    number: String,
    order: String,
    attempt: u32,
    state: DeliveryState,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    studio: Option<String>,
    lines: Vec<LineStatus>,
}

#[derive(Serialize)]
struct LineStatus {
    line: u32,
    attempt: u32,
    copies: u32,
    state: LineState,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    printer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remake_reason: Option<String>,
}

pub fn run(cx: &Setting) -> Result<Outcome> {
    let journal = cx.journal()?;
    let enrolment = journal.enrolment()?;
    let lines = journal.lines()?;
    let orders: Vec<OrderStatus> = journal.deliveries()?.iter().map(|d| of(d, &lines)).collect();
    let (waiting, refused) = journal.report_counts()?;
    let holds = lines.iter().filter(|l| l.hold.is_some() && l.state != LineState::Superseded).count();
    let troubled =
        orders.iter().filter(|o| matches!(o.state, DeliveryState::Refused | DeliveryState::Unpaired)).count();
    let status = Status {
        lab: enrolment.as_ref().map(|e| e.name.clone()),
        host: enrolment.map(|e| e.host),
        running: cx.home.is_running(),
        studios: journal.studios()?.len(),
        reports_waiting: waiting,
        reports_refused: refused,
        holds,
        orders,
    };
    cx.print(&status, || text(&status, cx.verbose))?;
    Ok(if holds + troubled == 0 { Outcome::Done } else { Outcome::Partly })
}

fn of(delivery: &DeliveryRow, lines: &[LineRow]) -> OrderStatus {
    let mine = lines.iter().filter(|l| l.order == delivery.order && l.delivery == delivery.attempt);
    OrderStatus {
        number: delivery.order.number(),
        order: delivery.order.to_string(),
        attempt: delivery.attempt,
        state: delivery.state,
        why: delivery.why.clone(),
        studio: delivery.job.as_ref().map(|j| j.studio_name.clone()),
        lines: mine
            .map(|l| LineStatus {
                line: l.line,
                attempt: l.attempt,
                copies: l.copies,
                state: l.state,
                hold: l.hold.clone(),
                printer: l.printer.clone(),
                remake_reason: l.remake_reason.clone(),
            })
            .collect(),
    }
}

fn text(status: &Status, verbose: bool) -> String {
    let mut out = match (&status.lab, &status.host) {
        (Some(lab), Some(host)) => format!("{lab} at {host}\n"),
        _ => "not enrolled yet: darkslide-lab login URL --token TOKEN\n".to_owned(),
    };
    out.push_str(if status.running {
        "the receiver runs\n"
    } else {
        "the receiver does not run: darkslide-lab run\n"
    });
    if status.reports_waiting > 0 {
        out.push_str(&format!("{} reports wait for the host\n", status.reports_waiting));
    }
    if status.reports_refused > 0 {
        out.push_str(&format!("{} reports were refused by the host\n", status.reports_refused));
    }
    if status.orders.is_empty() {
        out.push_str("no order has come yet\n");
    }
    for order in &status.orders {
        let finished = !order.lines.is_empty() && order.lines.iter().all(|l| l.state >= LineState::Shipped);
        if finished && !verbose {
            continue;
        }
        let attempt = if order.attempt > 1 { format!(" (attempt {})", order.attempt) } else { String::new() };
        let studio = order.studio.as_deref().unwrap_or("");
        out.push_str(&format!("\n{}{attempt}  {studio}\n", order.number));
        if order.lines.is_empty() || order.state != DeliveryState::Verified {
            let why = order.why.as_deref().map(|w| format!(": {w}")).unwrap_or_default();
            out.push_str(&format!("  {}{why}\n", order.state.as_str()));
        }
        for line in &order.lines {
            let remake = if line.attempt > order.attempt { " (remake)" } else { "" };
            let printer = line.printer.as_deref().unwrap_or("");
            out.push_str(&format!(
                "  line {:>2}{remake}  {:>3} ×  {:<9} {printer}\n",
                line.line,
                line.copies,
                line.state.as_str()
            ));
            if let Some(hold) = &line.hold {
                out.push_str(&format!("           on hold: {hold}\n"));
            }
        }
    }
    if status.holds > 0 {
        out.push_str("\n`darkslide-lab hold list` says how to settle each hold\n");
    }
    out
}
