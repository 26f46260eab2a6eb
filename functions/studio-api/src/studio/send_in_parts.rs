//! The next step of sending a large print file, in parts.

use axum::{Json as Answered, extract::State};
use domain::{id::OrderId, object_key::RelayPart};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, blobs::StoredPart};
use wire::{
    orders::{AskRelayParts, MAX_PRINT_FILE_BYTES, RelayParts},
    publish::MAX_RELAY_FILE_BYTES,
};

use super::grant_relay_files::must_send;
use crate::{
    access::MachineCaller,
    in_parts::{InParts, named_parts, next_step},
    request::Segments,
};

const CONTENT_TYPE: &str = "image/jpeg";

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(order): Segments<OrderId>,
    Json(ask): Json<AskRelayParts>,
) -> Answer<Answered<RelayParts>> {
    let order = must_send(&ports, &caller, order, ask.lab, ask.attempt).await?;
    let parts = cut(&ask)?;
    let place = RelayPart { order: order.id, lab: ask.lab, attempt: ask.attempt, machine: caller.machine.id };
    let key = place.file(&ask.sha256);
    let file =
        InParts { key: &key, content_type: CONTENT_TYPE, length: ask.length, sha256: &ask.sha256, parts };
    Ok(Answered(next_step(&ports, &file, ask.upload).await?))
}

/// The parts as their length and hashes say.
fn cut(ask: &AskRelayParts) -> Answer<Vec<StoredPart>> {
    if ask.length <= MAX_RELAY_FILE_BYTES || ask.length > MAX_PRINT_FILE_BYTES {
        return Err(Refusal::invalid(
            "bad_length",
            format!(
                "The file has {} bytes; in parts go {} to {MAX_PRINT_FILE_BYTES}.",
                ask.length,
                MAX_RELAY_FILE_BYTES + 1
            ),
        )
        .hint("Smaller files are sent in one piece; larger ones are not printed."));
    }
    named_parts(ask.length, &ask.parts, ask.upload.as_deref())
}
