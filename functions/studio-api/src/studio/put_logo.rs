//! Stores a logo for a gallery; its settings name it afterwards.

use axum::{Json as Answered, extract::State};
use domain::{
    gallery::{Logo, LogoFormat, MAX_LOGO_BYTES},
    hash::Sha256,
    id::GalleryId,
    object_key,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::galleries::PutLogo;

use crate::{access::MachineCaller, request::Segments};

const MAX_SIDE: u32 = 2_000;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
    Json(put): Json<PutLogo>,
) -> Answer<Answered<Logo>> {
    let gallery = caller.living_gallery(&ports, gallery).await?;
    if put.bytes.len() > MAX_LOGO_BYTES {
        return Err(Refusal::invalid(
            "too_large",
            format!("A logo may have {} kB; this one has {}.", MAX_LOGO_BYTES / 1024, put.bytes.len() / 1024),
        )
        .hint("Save it smaller; about 600 pixels wide is plenty."));
    }
    if LogoFormat::of(&put.bytes) != Some(put.format) {
        return Err(Refusal::invalid("bad_logo", "The logo is not the PNG or JPEG it is said to be."));
    }
    if ![put.width, put.height].iter().all(|side| (1..=MAX_SIDE).contains(side)) {
        return Err(Refusal::invalid("bad_logo", format!("A logo's sides are 1 to {MAX_SIDE} pixels.")));
    }
    let sha256 = Sha256::of(&put.bytes);
    let key = object_key::logo(gallery.id, &sha256);
    ports.blobs.put_new(&key, put.bytes.into(), put.format.content_type()).await?;
    Ok(Answered(Logo { format: put.format, sha256, width: put.width, height: put.height }))
}
