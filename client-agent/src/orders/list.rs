//! `darkslide orders list`: the studio's orders, newest first, with what this computer waits for.

use std::collections::BTreeMap;

use domain::{id::OrderId, text::one_line};
use serde::Serialize;
use wire::{orders::OrderSummary, route};

use super::{desk::Desk, journal::jobs, show::stage_word};
use crate::{AgentError, Context, Exit, host::HostWhat};

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    summary: &'a OrderSummary,
    waiting: Option<&'a str>,
}

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let mut orders: Vec<OrderSummary> =
        desk.host.get_all(route::STUDIO_ORDERS).await.host("the orders could not be listed")?;
    orders.sort_by_key(|o| std::cmp::Reverse((o.placed_at, o.order)));
    let waiting: BTreeMap<OrderId, String> = desk
        .catalog
        .read(jobs::all)?
        .into_iter()
        .filter_map(|j| Some((j.order().id, j.problem.clone().or(j.waiting.clone())?)))
        .collect();
    for summary in &orders {
        let row = Row { summary, waiting: waiting.get(&summary.order).map(String::as_str) };
        ctx.out.result(&row, || text(&row));
    }
    if orders.is_empty() {
        ctx.out.say("no orders yet");
    }
    Ok(Exit::Ok)
}

fn text(row: &Row<'_>) -> String {
    let o = row.summary;
    let day = super::show::day(o.placed_at);
    let paid = if o.paid { "paid" } else { "not paid" };
    let holds = if o.holds > 0 { format!("  {} on hold", o.holds) } else { String::new() };
    let waiting = row.waiting.map(|w| format!("\n           {}", one_line(w, 400))).unwrap_or_default();
    format!(
        "{}  {day}  {:<20}  {:>3} {:<6}  {:>12}  {paid:<8}  {}{holds}{waiting}",
        o.order.number(),
        one_line(&o.customer_name, 20),
        o.prints,
        if o.prints == 1 { "print" } else { "prints" },
        o.total.to_string(),
        stage_word(o.stage),
    )
}
