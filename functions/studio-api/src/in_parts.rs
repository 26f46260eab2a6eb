//! Sending a file in parts, step by step: begins the upload, grants what is missing of it, and puts it together once
//! all is there. The sender may stop anywhere and ask again.

use std::time::Duration;

use domain::hash::Sha256;
use http_edge::{Answer, Refusal};
use ports::{
    Ports,
    blobs::{PartGrant, StoredPart, WholeObject},
};
use wire::{
    orders::{PART_BYTES, PartToSend, RelayParts},
    publish::GRANT_LIFETIME_SECONDS,
};

use crate::views::grant;

/// About as much as a slow uplink sends before its grants end.
const AT_ONCE: usize = 4;
const MAX_UPLOAD_NAME: usize = 1_024;

/// A file on its way to the host.
pub struct InParts<'a> {
    pub key: &'a str,
    pub content_type: &'a str,
    pub length: u64,
    pub sha256: &'a Sha256,
    pub parts: Vec<StoredPart>,
}

/// What is missing of it, or that it is there.
pub async fn next_step(ports: &Ports, file: &InParts<'_>, upload: Option<String>) -> Answer<RelayParts> {
    let done = |upload: String| Ok(RelayParts { upload, done: true, missing: Vec::new() });
    if ports.blobs.head(file.key).await?.is_some() {
        return done(upload.unwrap_or_default());
    }
    let begun = match upload {
        Some(upload) => ports.grants.parts(file.key, &upload).await?.map(|held| (upload, held)),
        None => None,
    };
    let (upload, held) = match begun {
        Some(begun) => begun,
        None => (ports.grants.begin_parts(file.key, file.content_type).await?, Vec::new()),
    };
    // Begun anew under a name that is computed, there may be parts from before.
    let held =
        if held.is_empty() { ports.grants.parts(file.key, &upload).await?.unwrap_or_default() } else { held };
    let missing: Vec<&StoredPart> = file.parts.iter().filter(|part| !held.contains(part)).collect();
    if missing.is_empty() {
        let whole = WholeObject {
            key: file.key,
            upload: &upload,
            length: file.length,
            content_type: file.content_type,
            sha256: file.sha256,
            parts: &file.parts,
        };
        ports.grants.finish_parts(whole).await?;
        return done(upload);
    }
    let mut granted = Vec::with_capacity(AT_ONCE);
    for part in missing.into_iter().take(AT_ONCE) {
        let asked = PartGrant {
            key: file.key,
            upload: &upload,
            number: part.number,
            length: part.length,
            sha256: &part.sha256,
            lifetime: Duration::from_secs(GRANT_LIFETIME_SECONDS),
        };
        let signed = ports.grants.put_part(asked).await?;
        granted.push(PartToSend { number: part.number, grant: grant(file.key.to_owned(), signed) });
    }
    Ok(RelayParts { upload, done: false, missing: granted })
}

/// As many as the length needs, each as long as it has to be.
pub fn named_parts(bytes: u64, parts: &[Sha256], upload: Option<&str>) -> Answer<Vec<StoredPart>> {
    let count = bytes.div_ceil(PART_BYTES);
    if parts.len() as u64 != count || upload.is_some_and(|u| u.len() > MAX_UPLOAD_NAME) {
        return Err(Refusal::invalid(
            "bad_parts",
            format!("{bytes} bytes are {count} parts of {PART_BYTES}; {} were named.", parts.len()),
        ));
    }
    let length = |number: u64| PART_BYTES.min(bytes - (number - 1) * PART_BYTES);
    let named = (1u32..).zip(parts);
    Ok(named
        .map(|(number, sha256)| StoredPart { number, length: length(number.into()), sha256: *sha256 })
        .collect())
}
