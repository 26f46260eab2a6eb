//! Orders: the commands `orders list`, `show`, `approve`, `cancel`, `mark-paid` from the page.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    cli::orders::{ApproveArgs, OrdersCommand},
    desk::{
        answer::{Answer, all, one},
        serve::Page,
    },
    orders,
    output::Said,
};

/// Runs a command about orders; pages look again when it changed something.
pub async fn command(page: &Page, command: OrdersCommand) -> Answer<Said> {
    let changes = !matches!(command, OrdersCommand::List | OrdersCommand::Show { .. });
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

pub async fn approve(State(page): State<Arc<Page>>, Path(order): Path<String>) -> Answer {
    let args = ApproveArgs { orders: vec![order], all: false, lab: None };
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
