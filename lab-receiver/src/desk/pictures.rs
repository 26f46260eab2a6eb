//! Thumbnails and tickets, as the ticket's folder holds them.

use std::{path::PathBuf, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::id::OrderId;

use super::Desk;
use crate::{
    config::Config,
    ticket::{folder, order_json::thumbnail_name},
};

impl Desk {
    /// Below the folder of an order that is in the journal: names come from there, never from the address.
    fn ticket_folder(&self, order: OrderId, delivery: u32) -> Option<PathBuf> {
        let job = self.journal.delivery(order, delivery).ok()??.job?;
        let config = Config::load(&self.home).ok()?;
        Some(self.home.resolve(&config.tickets).join(folder::name(&job)))
    }
}

pub async fn thumbnail(
    State(desk): State<Arc<Desk>>,
    Path((order, delivery, line, picture)): Path<(OrderId, u32, u32, u32)>,
) -> Response {
    let path =
        desk.ticket_folder(order, delivery).map(|f| f.join(thumbnail_name(line, picture.saturating_sub(1))));
    send(path, "image/jpeg").await
}

pub async fn ticket(
    State(desk): State<Arc<Desk>>,
    Path((order, delivery)): Path<(OrderId, u32)>,
) -> Response {
    send(desk.ticket_folder(order, delivery).map(|f| f.join("ticket.pdf")), "application/pdf").await
}

async fn send(path: Option<PathBuf>, kind: &'static str) -> Response {
    let Some(path) = path else { return StatusCode::NOT_FOUND.into_response() };
    match tokio::fs::read(&path).await {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
