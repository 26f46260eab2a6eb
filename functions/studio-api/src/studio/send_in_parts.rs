//! The next step of sending a print file in parts: begins the upload, grants what is missing of it, and puts it
//! together once all is there. The sender may stop anywhere and ask again.

use std::time::Duration;

use axum::{Json as Answered, extract::State};
use domain::{id::OrderId, object_key::RelayPart};
use http_edge::{Answer, Json, Refusal};
use ports::{
    Ports,
    blobs::{PartGrant, StoredPart, WholeObject},
};
use wire::{
    orders::{AskRelayParts, MAX_PRINT_FILE_BYTES, PART_BYTES, PartToSend, RelayParts},
    publish::{GRANT_LIFETIME_SECONDS, MAX_RELAY_FILE_BYTES},
};

use super::grant_relay_files::must_send;
use crate::{access::MachineCaller, request::Segments, views::grant};

/// About as much as a slow uplink sends before its grants end.
const AT_ONCE: usize = 4;
const CONTENT_TYPE: &str = "image/jpeg";
const MAX_UPLOAD_NAME: usize = 1_024;

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
    let done = |upload: String| Ok(Answered(RelayParts { upload, done: true, missing: Vec::new() }));
    if ports.blobs.head(&key).await?.is_some() {
        return done(ask.upload.unwrap_or_default());
    }
    let begun = match ask.upload {
        Some(upload) => ports.grants.parts(&key, &upload).await?.map(|held| (upload, held)),
        None => None,
    };
    let (upload, held) = match begun {
        Some(begun) => begun,
        None => (ports.grants.begin_parts(&key, CONTENT_TYPE).await?, Vec::new()),
    };
    // Begun anew under a name that is computed, there may be parts from before.
    let held =
        if held.is_empty() { ports.grants.parts(&key, &upload).await?.unwrap_or_default() } else { held };
    let missing: Vec<&StoredPart> = parts.iter().filter(|part| !held.contains(part)).collect();
    if missing.is_empty() {
        let (length, sha256) = (ask.length, &ask.sha256);
        let whole = WholeObject {
            key: &key,
            upload: &upload,
            length,
            content_type: CONTENT_TYPE,
            sha256,
            parts: &parts,
        };
        ports.grants.finish_parts(whole).await?;
        return done(upload);
    }
    let mut granted = Vec::with_capacity(AT_ONCE);
    for part in missing.into_iter().take(AT_ONCE) {
        let asked = PartGrant {
            key: &key,
            upload: &upload,
            number: part.number,
            length: part.length,
            sha256: &part.sha256,
            lifetime: Duration::from_secs(GRANT_LIFETIME_SECONDS),
        };
        let signed = ports.grants.put_part(asked).await?;
        granted.push(PartToSend { number: part.number, grant: grant(key.clone(), signed) });
    }
    Ok(Answered(RelayParts { upload, done: false, missing: granted }))
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
    let count = ask.length.div_ceil(PART_BYTES);
    if ask.parts.len() as u64 != count || ask.upload.as_ref().is_some_and(|u| u.len() > MAX_UPLOAD_NAME) {
        return Err(Refusal::invalid(
            "bad_parts",
            format!(
                "{} bytes are {count} parts of {PART_BYTES}; {} were named.",
                ask.length,
                ask.parts.len()
            ),
        ));
    }
    let length = |number: u64| PART_BYTES.min(ask.length - (number - 1) * PART_BYTES);
    let named = (1u32..).zip(&ask.parts);
    Ok(named
        .map(|(number, sha256)| StoredPart { number, length: length(number.into()), sha256: *sha256 })
        .collect())
}
