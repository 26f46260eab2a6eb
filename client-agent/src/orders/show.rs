//! `darkslide orders show NUMBER`: one order with every line, checked against the labs' signatures.

use std::collections::BTreeMap;

use domain::{
    digital,
    order::{Order, OrderLine, OrderState, PaymentMethod, Stage},
    place::Destination,
    text::one_line,
};
use serde::Serialize;
use wire::{orders::StudioOrder, route};

use super::{
    check::own_nodes, desk::Desk, journal::jobs, mismatch::mismatched, original, release::soft_print,
};
use crate::{
    AgentError, Context, Exit,
    host::HostWhat,
    labs::{
        Checked, check_reports,
        pinned::{self, PinnedLab},
    },
};

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    document: &'a StudioOrder,
    /// What a lab has signed, by line.
    signed: &'a BTreeMap<u32, domain::order::LineStatus>,
    tracking: &'a [String],
    doubts: &'a [String],
    waiting: Option<String>,
    /// Lines that would look soft on their paper, in words.
    soft: BTreeMap<u32, String>,
    /// Lines whose crop does not match what would be printed, in words; while the order waits.
    mismatched: BTreeMap<u32, String>,
    labs: BTreeMap<String, String>,
    /// This computer, as homes name it.
    machine: domain::id::MachineId,
    /// Pictures with a newer version on this computer, as line and index.
    newer: Vec<(u32, u32)>,
}

pub async fn run(ctx: &Context, typed: &str) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(typed).await?;
    let document: StudioOrder = desk
        .host
        .get(&route::fill(route::STUDIO_ORDER, &[&id]))
        .await
        .host(format!("order {} could not be read", id.number()))?;
    let (labs, job) = desk.catalog.read(|db| Ok((pinned::all(db)?, jobs::get(db, id)?)))?;
    let checked = check_reports(&document, &labs);
    let waiting = job.and_then(|j| j.problem.or(j.waiting));
    let mismatched = match document.order.state {
        OrderState::Placed => {
            desk.catalog.read(|db| mismatched(db, &document.order, desk.account.machine))?
        }
        _ => BTreeMap::new(),
    };
    let shown = Shown {
        document: &document,
        signed: &checked.lines,
        tracking: &checked.tracking,
        doubts: &checked.doubts,
        waiting: waiting.clone(),
        soft: document.order.lines.iter().filter_map(|l| Some((l.no, soft_print(l)?))).collect(),
        mismatched: mismatched.clone(),
        labs: labs.iter().map(|l| (l.lab.to_string(), one_line(&l.name, 60))).collect(),
        machine: desk.account.machine,
        newer: newer(&desk, &document.order)?,
    };
    ctx.out.result(&shown, || text(&document, &checked, &labs, waiting.as_deref(), &mismatched));
    Ok(if checked.doubts.is_empty() { Exit::Ok } else { Exit::Partly })
}

fn newer(desk: &Desk, order: &Order) -> Result<Vec<(u32, u32)>, AgentError> {
    let mut found = Vec::new();
    for (line, index, node) in own_nodes(order, desk.account.machine) {
        if desk.catalog.read(|db| original::newer(db, node, &node.version))?.is_some() {
            found.push((line.no, index));
        }
    }
    Ok(found)
}

fn text(
    document: &StudioOrder,
    checked: &Checked,
    labs: &[PinnedLab],
    waiting: Option<&str>,
    mismatched: &BTreeMap<u32, String>,
) -> String {
    let order = &document.order;
    let customer = &order.customer;
    let reach = [&customer.email, &customer.phone].into_iter().flatten().map(|t| one_line(t, 80));
    let mut out = vec![
        format!("order {}  placed {}", order.id.number(), day(order.placed_at.0)),
        format!("for   {}  {}", one_line(&customer.name, 80), reach.collect::<Vec<_>>().join(", ")),
        format!("to    {}", destination(&order.destination)),
        format!(
            "total {} ({})",
            order.total,
            order.paid_at.map_or_else(|| "not paid".into(), |at| format!("paid {}", day(at.0)))
        ),
    ];
    out.extend(money(order));
    out.extend(document.customers_page.as_deref().map(|page| format!("page  {}", one_line(page, 300))));
    out.extend(
        order
            .handling
            .hold
            .as_ref()
            .map(|h| format!("HELD  {} ({})", one_line(&h.text, 300), one_line(&h.by, 60))),
    );
    out.extend(order.note.as_deref().map(|note| format!("note  {}", one_line(note, 500))));
    for line in &order.lines {
        out.push(line_text(order, line, checked, labs));
        out.extend(soft_print(line).map(|soft| format!("      low resolution: {soft}")));
        out.extend(mismatched.get(&line.no).map(|words| format!("      crop: {words}")));
        out.extend(line.status.hold.as_deref().map(|hold| format!("      on hold: {}", one_line(hold, 300))));
        for offered in digital::of_line(order, line) {
            let names: Vec<String> = offered.files.iter().map(|f| one_line(&f.name, 80)).collect();
            out.push(format!("      files until {}: {}", day(offered.until.0), names.join(", ")));
        }
        for node in &line.nodes {
            let job = document.jobs.iter().find(|j| j.machine == node.home);
            let home = job.map_or_else(|| node.home.to_string(), |j| one_line(&j.machine_name, 40));
            out.push(format!("      {}  on {home}", one_line(&node.file_name, 80)));
        }
    }
    for job in document.jobs.iter().filter(|j| !j.done) {
        let name = one_line(&job.machine_name, 40);
        match job.waiting.as_deref().filter(|w| !w.is_empty()) {
            Some(words) => out.push(format!("{name}: {}", one_line(words, 400))),
            // A computer that is off says nothing; the order must still say whom it waits for.
            None if !job.acknowledged => out.push(format!(
                "{name}: has not taken the order over; switch it on and start `darkslide run` there"
            )),
            None => {}
        }
    }
    out.extend(waiting.map(|w| format!("this computer: {}", one_line(w, 400))));
    out.extend(checked.tracking.iter().map(|t| format!("shipped: {t}")));
    out.extend(checked.doubts.iter().map(|d| format!("NOT BELIEVED: {}", one_line(d, 300))));
    out.join("\n")
}

/// What the total is made of beside lines and shipping, and how it is paid.
fn money(order: &Order) -> Vec<String> {
    let charges = &order.charges;
    let mut out = Vec::new();
    out.extend(
        charges
            .discount
            .as_ref()
            .map(|d| format!("      less {} by code {}", d.amount, one_line(&d.code, 40))),
    );
    out.extend(charges.late_fee.map(|fee| format!("      late fee {fee}")));
    out.extend(charges.tax.as_ref().map(|t| {
        let how = if t.inclusive { "contains" } else { "with" };
        format!("      {how} {} {}", t.amount, one_line(&t.name, 40))
    }));
    let settlement = &order.settlement;
    out.extend(
        settlement
            .prepaid
            .as_ref()
            .map(|p| format!("      {} paid by the prepaid code …{}", p.amount, p.hint)),
    );
    if order.payment == PaymentMethod::Stripe {
        out.push(format!("      {} to be paid with Stripe", order.due()));
    }
    out.extend(settlement.refunded.map(|refunded| format!("      {refunded} was refunded")));
    out.extend(
        settlement.hold.as_deref().map(|hold| format!("      payment on hold: {}", one_line(hold, 300))),
    );
    out
}

fn line_text(order: &Order, line: &OrderLine, checked: &Checked, labs: &[PinnedLab]) -> String {
    // What a lab signed counts; before that the host's word is all there is.
    let status = checked.lines.get(&line.no).unwrap_or(&line.status);
    let lab = order.routes.get(&line.no).map(|id| {
        let name = labs.iter().find(|l| l.lab == *id).map(|l| one_line(&l.name, 40));
        format!(" at {}", name.unwrap_or_else(|| id.to_string()))
    });
    format!(
        "  {:>2}  {} × {}{}{}  {}{}{}",
        line.no,
        line.quantity,
        one_line(&line.product_name, 40),
        if line.needs_lab() { format!(" {}", line.surface.as_str()) } else { String::new() },
        line.package
            .as_ref()
            .map(|p| format!(" (of {} × {})", p.quantity, one_line(&p.name, 40)))
            .unwrap_or_default(),
        stage_word(status.stage),
        lab.unwrap_or_default(),
        if status.attempt > 1 { format!(" (attempt {})", status.attempt) } else { String::new() },
    )
}

fn destination(destination: &Destination) -> String {
    match destination {
        Destination::PickUp => "pick-up at the studio".into(),
        Destination::ShipTo { address: a } => {
            let parts =
                [Some(&a.name), Some(&a.line1), a.line2.as_ref(), Some(&a.postal_code), Some(&a.city)];
            let parts: Vec<String> = parts.into_iter().flatten().map(|p| one_line(p, 80)).collect();
            format!("{}, {}", parts.join(", "), one_line(&a.country, 4))
        }
        Destination::ShipToSchool { school, class, child } => {
            let class = class.as_deref().map(|c| format!(", {}", one_line(c, 40))).unwrap_or_default();
            format!("{}{class}, {}", one_line(school, 80), one_line(child, 80))
        }
    }
}

pub fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Placed => "waits for approval",
        Stage::Approved => "approved",
        Stage::Rendering => "rendering",
        Stage::Sent => "sent to lab",
        Stage::Received => "received by lab",
        Stage::Verified => "verified by lab",
        Stage::Printing => "printing",
        Stage::Printed => "printed",
        Stage::Shipped => "shipped",
        Stage::Cancelled => "cancelled",
    }
}

/// With the time of day.
pub fn moment(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map(|t| t.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_else(|_| "?".into())
}

pub fn day(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map(|t| t.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d").to_string())
        .unwrap_or_else(|_| "?".into())
}
