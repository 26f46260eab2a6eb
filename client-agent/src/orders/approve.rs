//! `darkslide orders approve NUMBER… | --all`: releases orders to the lab.

use std::collections::BTreeSet;

use domain::{
    id::{LabId, OrderId},
    order::OrderState,
    text::one_line,
};
use wire::{
    orders::{OrderSummary, StudioOrder},
    route,
};

use super::{desk::Desk, mismatch::mismatched, release::soft_print};
use crate::{AgentError, Context, Exit, cli::orders::ApproveArgs, host::HostWhat, labs, output::count};

pub async fn run(ctx: &Context, args: ApproveArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let only = args.lab.as_deref().map(|name| labs::find(&desk.catalog, name)).transpose()?.map(|l| l.lab);
    let orders = if args.all { waiting(&desk).await? } else { named(&desk, &args.orders).await? };
    if orders.is_empty() {
        ctx.out.say("no order waits for approval");
        return Ok(Exit::Ok);
    }
    let mut failed = Vec::new();
    for id in &orders {
        if let Err(error) = one(ctx, &desk, *id, only, args.revision).await {
            failed.push(error);
        }
    }
    if orders.len() == 1 {
        return failed.pop().map_or(Ok(Exit::Ok), Err);
    }
    for error in &failed {
        ctx.out.error(error);
    }
    Ok(match failed.len() {
        0 => Exit::Ok,
        n if n == orders.len() => Exit::Failed,
        _ => Exit::Partly,
    })
}

async fn one(
    ctx: &Context,
    desk: &Desk,
    id: OrderId,
    only: Option<LabId>,
    revision: Option<u64>,
) -> Result<(), AgentError> {
    let before: StudioOrder = desk
        .host
        .get(&route::fill(route::STUDIO_ORDER, &[&id]))
        .await
        .host(format!("order {} could not be read", id.number()))?;
    for soft in before.order.lines.iter().filter_map(soft_print) {
        ctx.out.note(format!("order {}: {soft}", id.number()));
    }
    let mismatched = desk.catalog.read(|db| mismatched(db, &before.order, desk.account.machine))?;
    for words in mismatched.values() {
        ctx.out.note(format!("order {}: {words}", id.number()));
    }
    let routes = desk.routes(&before.order, only)?;
    let after = desk.approve(id, routes.clone(), revision).await?;
    let labs: BTreeSet<String> = desk
        .catalog
        .read(labs::pinned::all)?
        .into_iter()
        .filter(|l| after.order.labs().contains(&l.lab))
        .map(|l| one_line(&l.name, 60))
        .collect();
    let stood = before.order.state == OrderState::Approved || after.order.routes != routes;
    let value = serde_json::json!({
        "order": id, "number": id.number(), "labs": after.order.labs(), "routes": after.order.routes,
        "approved_before": stood,
    });
    ctx.out.result(&value, || {
        let prints = count(after.order.prints() as usize, "print");
        let how = if stood { "was approved already" } else { "is approved" };
        let to = labs.into_iter().collect::<Vec<_>>().join(" and ");
        format!("order {} {how}: {prints} to {to}", id.number())
    });
    Ok(())
}

async fn waiting(desk: &Desk) -> Result<Vec<OrderId>, AgentError> {
    let listed: Vec<OrderSummary> =
        desk.host.get_all(route::STUDIO_ORDERS).await.host("the orders could not be listed")?;
    let mut placed: Vec<_> = listed.into_iter().filter(|o| o.state == OrderState::Placed).collect();
    placed.sort_by_key(|o| (o.placed_at, o.order));
    Ok(placed.into_iter().map(|o| o.order).collect())
}

async fn named(desk: &Desk, typed: &[String]) -> Result<Vec<OrderId>, AgentError> {
    let mut orders = Vec::new();
    for text in typed {
        let id = desk.find(text).await?;
        if !orders.contains(&id) {
            orders.push(id);
        }
    }
    Ok(orders)
}
