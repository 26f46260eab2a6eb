//! Lists the studio's galleries, page by page.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::Ports;
use wire::{Page, galleries::GalleryInfo};

use crate::{
    access::MachineCaller,
    request::{Listing, PAGE, Params},
    views::gallery_info,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<GalleryInfo>>> {
    let page = ports.galleries.galleries(caller.studio.id, listing.cursor.as_deref(), PAGE).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for gallery in page.items {
        items.push(gallery_info(&ports, gallery).await?);
    }
    Ok(Json(Page { items, next: page.next }))
}
