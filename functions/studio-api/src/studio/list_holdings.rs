//! Lists which photos this host shows of a gallery, and by which change of each: after a restore the agent
//! compares it with what it published.

use axum::{Json, extract::State};
use domain::{access::Scope, filter::PhotoFilter, id::GalleryId};
use http_edge::Answer;
use ports::{Ports, photo_index::PhotoRequest};
use wire::{Page, publish::Holding};

use crate::{
    access::MachineCaller,
    request::{Listing, Params, Segments},
};

const PAGE: u32 = 200;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<Holding>>> {
    let gallery = caller.gallery(&ports, gallery).await?;
    let request = PhotoRequest {
        gallery: gallery.id,
        scope: &Scope::All,
        filter: &PhotoFilter::default(),
        favourites_of: None,
        cursor: listing.cursor.as_deref(),
        limit: PAGE,
    };
    let page = ports.photos.page(request).await?;
    let items = page.items.into_iter().map(|p| Holding { photo: p.id, seq: p.seq }).collect();
    Ok(Json(Page { items, next: page.next }))
}
