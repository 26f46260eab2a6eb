//! Lists the pictures of a gallery that was sold whole: those of this machine, as far as the buyer's code showed
//! the gallery when she ordered. What another child's code shows is not among them.

use axum::{Json, extract::State};
use domain::{filter::PhotoFilter, id::OrderId, order::LineKind};
use http_edge::{Answer, Refusal};
use ports::{Ports, photo_index::PhotoRequest};
use wire::{Page, orders::DigitalPicture};

use crate::{
    access::MachineCaller,
    problems::must_be_approved,
    request::{Listing, PAGE, Params, Segments},
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments((order, line)): Segments<(OrderId, u32)>,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<DigitalPicture>>> {
    let (order, _) = caller.job(&ports, order).await?;
    must_be_approved(&order)?;
    let of = order.line(line).ok_or_else(|| Refusal::not_found("line"))?;
    let LineKind::Digital { whole: Some(whole), .. } = &of.kind else {
        return Err(Refusal::invalid(
            "no_whole_gallery",
            format!("Line {line} names its pictures itself; it is not a whole gallery."),
        ));
    };
    let request = PhotoRequest {
        gallery: whole.gallery,
        scope: &whole.scope,
        filter: &PhotoFilter::default(),
        favourites_of: None,
        cursor: listing.cursor.as_deref(),
        limit: PAGE,
    };
    let page = ports.photos.page(request).await?;
    let mine = page.items.into_iter().filter(|photo| photo.home == caller.machine.id);
    let items = mine
        .map(|photo| DigitalPicture { photo: photo.id, version: photo.version, file_name: photo.file_name })
        .collect();
    Ok(Json(Page { items, next: page.next }))
}
