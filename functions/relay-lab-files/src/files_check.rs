//! Every file the manifest names is stored, with its length and hash.

use std::collections::BTreeMap;

use domain::object_key::RelayPart;
use ports::{Ports, blobs::ObjectInfo};
use wire::manifest::Manifest;

use crate::Stop;

const PAGE: u32 = 1_000;

pub(crate) async fn check(manifest: &Manifest, part: &RelayPart, ports: &Ports) -> Result<(), Stop> {
    let stored = stored(part, ports).await?;
    for file in manifest.lines.iter().flat_map(|l| &l.files) {
        let Some(info) = stored.get(&part.file(&file.sha256)) else {
            return Err(Stop::Incomplete(format!("the print file of {} was not uploaded", file.file_name)));
        };
        if info.length != file.length || info.sha256.is_some_and(|sha| sha != file.sha256) {
            return Err(Stop::Why(format!("the print file of {} differs from its manifest", file.file_name)));
        }
    }
    Ok(())
}

async fn stored(part: &RelayPart, ports: &Ports) -> Result<BTreeMap<String, ObjectInfo>, Stop> {
    let mut found = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = ports.blobs.list(&part.prefix(), cursor.as_deref(), PAGE).await?;
        found.extend(page.items.into_iter().map(|o| (o.key.clone(), o)));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}
