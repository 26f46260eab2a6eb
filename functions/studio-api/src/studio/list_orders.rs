//! Lists the studio's orders, newest first.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::Ports;
use wire::{Page, orders::OrderSummary};

use crate::{
    access::MachineCaller,
    request::{Listing, PAGE, Params},
    views::summary,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<OrderSummary>>> {
    let page = ports.orders.orders(caller.studio.id, listing.cursor.as_deref(), PAGE).await?;
    Ok(Json(Page { items: page.items.iter().map(summary).collect(), next: page.next }))
}
