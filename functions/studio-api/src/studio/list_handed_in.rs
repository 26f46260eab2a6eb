//! What customers gave to the studio of a gallery: favourite lists, and addresses of who waits for a draft.

use axum::{Json, extract::State};
use domain::id::GalleryId;
use http_edge::Answer;
use ports::Ports;
use serde::de::DeserializeOwned;
use wire::{
    Page,
    device::{WAITING, Waiting},
    lists::SubmittedList,
};

use crate::{
    access::MachineCaller,
    request::{Listing, Params, Segments},
};

/// A list may have 300 kB, and an answer 6 MB on some hosts.
const PAGE: u32 = 15;
const WAITING_PAGE: u32 = 500;

pub async fn lists(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<SubmittedList>>> {
    read(&ports, &caller, gallery, "list", listing, PAGE).await
}

pub async fn waiting(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<Waiting>>> {
    read(&ports, &caller, gallery, WAITING, listing, WAITING_PAGE).await
}

async fn read<T: DeserializeOwned>(
    ports: &Ports,
    caller: &MachineCaller,
    gallery: GalleryId,
    kind: &str,
    listing: Listing,
    limit: u32,
) -> Answer<Json<Page<T>>> {
    let gallery = caller.gallery(ports, gallery).await?;
    let page = ports.visitors.handed_in(gallery.id, kind, listing.cursor.as_deref(), limit).await?;
    let items = page
        .items
        .iter()
        .filter_map(|kept| match serde_json::from_str(&kept.json) {
            Ok(item) => Some(item),
            Err(error) => {
                tracing::error!(gallery = %gallery.id, kind, key = %kept.key, %error, "what was handed in is unreadable");
                None
            }
        })
        .collect();
    Ok(Json(Page { items, next: page.next }))
}
