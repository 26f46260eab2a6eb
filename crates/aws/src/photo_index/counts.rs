//! Counts of a scope, kept in memory for as long as the gallery does not change.
//!
//! Every page of a gallery shows how many there are. A counter per gallery, raised once per batch, says
//! whether what a function instance has counted still holds: one small read instead of a thousand.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Millis, access::Scope, id::GalleryId};
use ports::{PortResult, photo_index::Facets};
use serde::{Deserialize, Serialize};

use super::facets as counting;
use crate::{Store, keys, table::Write};

const GENERATION: &str = "a gallery's generation";
/// Scopes kept at a time; beyond it, all are forgotten and counted again.
const KEPT: usize = 500;
/// What was counted so soon after a change may lack it, because counting reads cheaply. It is not kept.
const SETTLED_AFTER: i64 = 5 * Millis::SECOND;

#[derive(Default)]
pub(crate) struct Counts(Mutex<HashMap<(GalleryId, String), (u64, Facets)>>);

#[derive(Default, Serialize, Deserialize)]
struct Generation {
    #[serde(default)]
    n: u64,
    #[serde(default)]
    at: i64,
}

/// Says to every instance that counts of the gallery are of before.
pub(super) async fn changed(store: &Store, gallery: GalleryId) -> PortResult<()> {
    let write = Write::update(keys::generation(gallery), "SET #at = :at ADD #n :one")
        .name("#n", "n")
        .name("#at", "at")
        .number(":at", store.0.clock.now().0)
        .number(":one", 1);
    store.table().commit(&[write]).await.map(drop)
}

pub(super) async fn generation(store: &Store, gallery: GalleryId) -> PortResult<u64> {
    let read: Option<Generation> = store.table().get(GENERATION, &keys::generation(gallery)).await?;
    Ok(read.unwrap_or_default().n)
}

pub(super) async fn facets(store: &Store, gallery: GalleryId, scope: &Scope) -> PortResult<Facets> {
    let read: Option<Generation> = store.table().get(GENERATION, &keys::generation(gallery)).await?;
    let Generation { n: generation, at } = read.unwrap_or_default();
    let key = (gallery, scope.fingerprint());
    let kept = store.0.counts.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some((_, facets)) = kept.filter(|(of, _)| *of == generation) {
        return Ok(facets);
    }
    let facets = counting::count(store.table(), gallery, scope).await?;
    if Millis(at).plus(SETTLED_AFTER) < store.0.clock.now() {
        let mut counts = store.0.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEPT {
            counts.clear();
        }
        counts.insert(key, (generation, facets.clone()));
    }
    Ok(facets)
}
