//! Makes the calling machine the home of what another one published: after that one was replaced.

use axum::{Json as Answered, extract::State};
use domain::id::GalleryId;
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::galleries::{AdoptGallery, Adopted};

use crate::{access::MachineCaller, request::Segments};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
    Json(ask): Json<AdoptGallery>,
) -> Answer<Answered<Adopted>> {
    let gallery = caller.living_gallery(&ports, gallery).await?;
    let from = ports.directory.machine(ask.from).await?;
    from.filter(|m| m.studio == caller.studio.id).ok_or_else(|| Refusal::not_found("machine"))?;
    if ask.from == caller.machine.id {
        return Err(Refusal::invalid("same_machine", "This machine is the home already."));
    }
    let to = caller.machine.id;
    // Photos first: an order placed in between then goes to the new home.
    let photos = ports.photos.adopt(gallery.id, ask.from, to).await?;
    let jobs = ports.orders.adopt(caller.studio.id, gallery.id, ask.from, to, ports.clock.now()).await?;
    tracing::info!(gallery = %gallery.id, from = %ask.from, %to, photos, jobs, "a gallery was adopted");
    Ok(Answered(Adopted { photos, jobs }))
}
