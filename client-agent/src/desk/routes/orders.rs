//! Orders: the commands `orders …` from the page.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{geometry::Crop, money::Money};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    cli::orders::{
        AdjustArgs, ApproveArgs, CropArg, DeliveredArgs, HoldArgs, OrdersCommand, Quantity, RefundArgs,
        RemakeArgs, ReorderArgs,
    },
    desk::{
        answer::{Answer, all, one},
        serve::Page,
    },
    orders,
    output::Said,
};

/// Runs a command about orders; pages look again when it changed something.
pub async fn command(page: &Page, command: OrdersCommand) -> Answer<Said> {
    let changes = match &command {
        OrdersCommand::List | OrdersCommand::Show { .. } => false,
        OrdersCommand::Reorder(args) => !args.quote,
        _ => true,
    };
    let said = page.command(async move |ctx| orders::run(ctx, command).await).await;
    if changes {
        page.changes.orders_moved();
    }
    said
}

pub async fn list(State(page): State<Arc<Page>>) -> Answer {
    Ok(all(command(&page, OrdersCommand::List).await?))
}

pub async fn show(State(page): State<Arc<Page>>, Path(order): Path<String>) -> Answer {
    Ok(one(command(&page, OrdersCommand::Show { order }).await?))
}

#[derive(Deserialize)]
pub struct Approve {
    /// The order that was looked at.
    revision: Option<u64>,
}

pub async fn approve(
    State(page): State<Arc<Page>>,
    Path(order): Path<String>,
    Json(ask): Json<Approve>,
) -> Answer {
    let args = ApproveArgs { orders: vec![order], all: false, lab: None, revision: ask.revision };
    Ok(one(command(&page, OrdersCommand::Approve(args)).await?))
}

#[derive(Deserialize)]
pub struct Reason {
    reason: Option<String>,
}

pub async fn cancel(
    State(page): State<Arc<Page>>,
    Path(order): Path<String>,
    Json(ask): Json<Reason>,
) -> Answer<Json<Value>> {
    Ok(one(command(&page, OrdersCommand::Cancel { order, reason: ask.reason }).await?))
}

pub async fn mark_paid(State(page): State<Arc<Page>>, Path(order): Path<String>) -> Answer {
    Ok(one(command(&page, OrdersCommand::MarkPaid { order }).await?))
}

/// POST: every line no lab makes.
pub async fn delivered(State(page): State<Arc<Page>>, Path(order): Path<String>) -> Answer {
    let args = DeliveredArgs { order, line: Vec::new() };
    Ok(one(command(&page, OrdersCommand::Delivered(args)).await?))
}

#[derive(Deserialize)]
pub struct Adjust {
    revision: u64,
    by: Option<String>,
    change: AskedChange,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AskedChange {
    Crop { line: u32, node: u32, crop: Crop },
    Newer { line: u32, node: u32 },
    Replace { line: u32, node: u32, photo: String },
    Split { line: u32, copies: u32 },
    Merge { line: u32, into: u32 },
}

pub async fn adjust(
    State(page): State<Arc<Page>>,
    Path(order): Path<String>,
    Json(ask): Json<Adjust>,
) -> Answer {
    let plain = |line: u32, node: u32| AdjustArgs {
        order,
        line,
        picture: node.saturating_add(1),
        crop: None,
        newer: false,
        with: None,
        split: None,
        merge_into: None,
        by: ask.by,
        revision: Some(ask.revision),
    };
    let args = match ask.change {
        AskedChange::Crop { line, node, crop } => {
            AdjustArgs { crop: Some(CropArg(crop)), ..plain(line, node) }
        }
        AskedChange::Newer { line, node } => AdjustArgs { newer: true, ..plain(line, node) },
        AskedChange::Replace { line, node, photo } => AdjustArgs { with: Some(photo), ..plain(line, node) },
        AskedChange::Split { line, copies } => AdjustArgs { split: Some(copies), ..plain(line, 0) },
        AskedChange::Merge { line, into } => AdjustArgs { merge_into: Some(into), ..plain(line, 0) },
    };
    Ok(one(command(&page, OrdersCommand::Adjust(args)).await?))
}

#[derive(Deserialize)]
pub struct Hold {
    /// Without it the order goes on.
    reason: Option<String>,
    by: Option<String>,
}

pub async fn hold(State(page): State<Arc<Page>>, Path(order): Path<String>, Json(ask): Json<Hold>) -> Answer {
    let lift = ask.reason.is_none();
    let args = HoldArgs { order, reason: ask.reason, lift, by: ask.by };
    Ok(one(command(&page, OrdersCommand::Hold(args)).await?))
}

#[derive(Deserialize)]
pub struct Refund {
    amount: Money,
    text: String,
    by: Option<String>,
    at: i64,
}

pub async fn refund_note(
    State(page): State<Arc<Page>>,
    Path(order): Path<String>,
    Json(ask): Json<Refund>,
) -> Answer {
    let amount = ask.amount.to_string();
    let args = RefundArgs { order, amount, text: Some(ask.text), by: ask.by, at: Some(ask.at) };
    Ok(one(command(&page, OrdersCommand::RefundNote(args)).await?))
}

#[derive(Deserialize)]
pub struct Remake {
    lines: Vec<u32>,
    reason: String,
    by: Option<String>,
    revision: u64,
}

pub async fn remake(
    State(page): State<Arc<Page>>,
    Path(order): Path<String>,
    Json(ask): Json<Remake>,
) -> Answer {
    let revision = Some(ask.revision);
    let args = RemakeArgs { order, line: ask.lines, reason: ask.reason, by: ask.by, revision };
    Ok(one(command(&page, OrdersCommand::Remake(args)).await?))
}

#[derive(Deserialize)]
pub struct Again {
    /// By the line's number, a package's by its first one.
    quantities: std::collections::BTreeMap<u32, u32>,
    pick_up: bool,
    by: Option<String>,
    /// The total that was looked at; without it, it is only priced.
    total: Option<Money>,
    key: String,
}

pub async fn reorder(
    State(page): State<Arc<Page>>,
    Path(order): Path<String>,
    Json(ask): Json<Again>,
) -> Answer {
    let line = ask.quantities.into_iter().map(|(line, quantity)| Quantity { line, quantity }).collect();
    let args = ReorderArgs {
        order,
        line,
        pick_up: ask.pick_up,
        quote: ask.total.is_none(),
        by: ask.by,
        total: ask.total,
        key: Some(ask.key),
    };
    Ok(one(command(&page, OrdersCommand::Reorder(args)).await?))
}
