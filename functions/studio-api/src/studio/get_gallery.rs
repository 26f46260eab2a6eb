//! Shows one gallery of the studio.

use axum::{Json, extract::State};
use domain::id::GalleryId;
use http_edge::Answer;
use ports::Ports;
use wire::galleries::GalleryInfo;

use crate::{access::MachineCaller, request::Segments, views::gallery_info};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
) -> Answer<Json<GalleryInfo>> {
    let gallery = caller.gallery(&ports, gallery).await?;
    Ok(Json(gallery_info(&ports, gallery).await?))
}
