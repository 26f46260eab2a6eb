//! Lists this lab's unfinished deliveries: the truth behind the doorbell.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::Ports;
use wire::{Page, lab::DeliveryInfo};

use crate::{
    access::LabCaller,
    request::{Listing, PAGE, Params},
    views::delivery_info,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<DeliveryInfo>>> {
    let page = ports.orders.open_deliveries(caller.lab.id, listing.cursor.as_deref(), PAGE).await?;
    Ok(Json(Page { items: page.items.iter().map(delivery_info).collect(), next: page.next }))
}
