//! `darkslide batch show`: who gets what, class by class, and what still keeps an order back.

use domain::{
    id::OrderId,
    order::{OrderState, Stage},
};
use serde::Serialize;

use super::{children::Child, gather::gather, slips::named};
use crate::{
    AgentError, Context, Exit, clock,
    orders::{moment, stage_word},
    output::{count, shown},
};

#[derive(Serialize)]
struct Row<'a> {
    order: OrderId,
    number: String,
    children: &'a [Child],
    prints: u32,
    total: domain::money::Money,
    paid: bool,
    state: OrderState,
    stage: Stage,
    /// Why it is not at the lab yet.
    waiting: Option<&'a str>,
}

#[derive(Serialize)]
struct Summary<'a> {
    gallery: domain::id::GalleryId,
    name: &'a str,
    school: &'a str,
    until: Option<i64>,
    collecting: bool,
    orders: usize,
    to_release: usize,
    /// Sent to the buyer's home: late, or because she wanted it so.
    home: usize,
    bags: Vec<Row<'a>>,
}

pub fn run(ctx: &Context, gallery: &str) -> Result<Exit, AgentError> {
    let batch = gather(&ctx.catalog()?, gallery)?;
    let rows: Vec<Row<'_>> = batch
        .bags
        .iter()
        .map(|bag| {
            let order = bag.order();
            Row {
                order: order.id,
                number: order.id.number(),
                children: &bag.children,
                prints: order.prints(),
                total: order.total,
                paid: order.paid_at.is_some(),
                state: order.state,
                stage: order.lines.iter().map(|l| l.status.stage).min().unwrap_or(Stage::Placed),
                waiting: bag.job.problem.as_deref().or(bag.job.waiting.as_deref()),
            }
        })
        .collect();
    let summary = Summary {
        gallery: batch.gallery.id,
        name: &batch.gallery.name,
        school: &batch.school,
        until: batch.until.map(|u| u.0),
        collecting: batch.until.is_some_and(|until| clock::now() <= until),
        orders: rows.len(),
        to_release: rows.iter().filter(|r| r.state == OrderState::Placed).count(),
        home: batch.home,
        bags: rows,
    };
    ctx.out.result(&summary, || text(&summary));
    Ok(Exit::Ok)
}

fn text(summary: &Summary<'_>) -> String {
    let mut lines = vec![format!("{} for {}", count(summary.orders, "order"), shown(summary.school))];
    let mut class = None;
    for row in &summary.bags {
        let child = &row.children[0];
        if class != Some(&child.class) {
            class = Some(&child.class);
            let named = if child.class.is_empty() { "no class" } else { &child.class };
            lines.push(format!("\n{named}"));
        }
        let with: Vec<String> = row.children[1..].iter().map(named).collect();
        let with = if with.is_empty() { String::new() } else { format!("  with {}", with.join(", ")) };
        let paid = if row.paid { "" } else { "  not paid" };
        lines.push(format!(
            "  {}  {:<28} {:>10}  {:>12}  {}{paid}{with}",
            row.number,
            child.name,
            count(row.prints as usize, "print"),
            row.total.to_string(),
            stage_word(row.stage),
        ));
    }
    lines.push(String::new());
    match summary.until {
        Some(until) if summary.collecting => lines.push(format!("collected until {}", moment(until))),
        Some(until) => lines.push(format!("the last day was {}", moment(until))),
        None => lines.push("the price list names no last day, so nothing is held back".into()),
    }
    if summary.home > 0 {
        lines.push(format!("{} of this gallery shipped home", count(summary.home, "more order")));
    }
    if summary.to_release > 0 {
        lines.push(format!(
            "{} not released: `darkslide batch release {:?}`",
            count(summary.to_release, "order"),
            shown(summary.name)
        ));
    }
    lines.join("\n")
}
