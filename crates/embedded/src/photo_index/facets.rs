//! Counts of a scope, kept in memory for as long as the gallery does not change.
//!
//! Every first page of a gallery shows them, and reading 5,000 rows for it each time would be most of the
//! host's work. The gallery's generation is read in the same snapshot, so a count is never stale, whichever
//! process made the change.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use domain::{
    access::Scope,
    filter::fold,
    id::{GalleryId, SubjectId},
};
use ports::photo_index::{Count, Facets};
use rusqlite::{Connection, OptionalExtension};

use super::listing::{self, Listing};
use crate::fault::Step;

type Key = (GalleryId, String);

/// Scopes kept at a time; beyond it, all are forgotten and counted again.
const KEPT: usize = 2_000;

#[derive(Default)]
pub(crate) struct Counts {
    totals: Mutex<HashMap<Key, (i64, u64)>>,
    facets: Mutex<HashMap<Key, (i64, Facets)>>,
}

impl Counts {
    pub(super) fn total(&self, db: &Connection, listing: &Listing) -> Step<u64> {
        if !listing.is_whole() {
            return listing.count(db);
        }
        let key = (listing.gallery, listing.scope.fingerprint());
        kept(&self.totals, key, generation(db, listing.gallery)?, || listing.count(db))
    }

    /// The total of a whole listing, if it is in memory.
    pub(super) fn kept_total(&self, listing: &Listing, generation: i64) -> Option<u64> {
        let totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, total) = totals.get(&(listing.gallery, listing.scope.fingerprint()))?;
        (*of == generation).then_some(*total)
    }

    pub(super) fn facets(&self, db: &Connection, gallery: GalleryId, scope: &Scope) -> Step<Facets> {
        let key = (gallery, scope.fingerprint());
        kept(&self.facets, key, generation(db, gallery)?, || count(db, gallery, scope))
    }
}

pub(super) fn generation(db: &Connection, gallery: GalleryId) -> Step<i64> {
    let found = db
        .prepare_cached("SELECT generation FROM gallery_generations WHERE gallery = ?1")?
        .query_row([gallery.to_string()], |r| r.get(0))
        .optional()?;
    Ok(found.unwrap_or(0))
}

fn kept<K: Eq + Hash, V: Clone>(
    map: &Mutex<HashMap<K, (i64, V)>>,
    key: K,
    generation: i64,
    make: impl FnOnce() -> Step<V>,
) -> Step<V> {
    if let Some((of, value)) = map.lock().unwrap_or_else(PoisonError::into_inner).get(&key)
        && *of == generation
    {
        return Ok(value.clone());
    }
    let value = make()?;
    let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
    if map.len() >= KEPT {
        map.clear();
    }
    map.insert(key, (generation, value.clone()));
    Ok(value)
}

fn count(db: &Connection, gallery: GalleryId, scope: &Scope) -> Step<Facets> {
    let mut photos = 0;
    let mut sections: BTreeMap<String, Count<String>> = BTreeMap::new();
    let mut keywords: BTreeMap<String, Count<String>> = BTreeMap::new();
    let mut subjects: BTreeMap<SubjectId, u64> = BTreeMap::new();
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    listing::for_each(db, gallery, scope, |photo| {
        photos += 1;
        if let Some(section) = &photo.section {
            add(&mut sections, section);
        }
        if let Some(day) = photo.day() {
            *days.entry(day.to_owned()).or_default() += 1;
        }
        let mut seen = std::collections::BTreeSet::new();
        for keyword in photo.keywords.iter().filter(|k| seen.insert(fold(k))) {
            add(&mut keywords, keyword);
        }
        // Others in the picture stay unnamed to someone who may not see theirs.
        let named: std::collections::BTreeSet<_> =
            photo.subjects.iter().filter(|s| scope.permits(&[**s])).collect();
        for subject in named {
            *subjects.entry(*subject).or_default() += 1;
        }
    })?;
    let most_first = |counts: BTreeMap<String, Count<String>>| {
        let mut counts: Vec<_> = counts.into_values().collect();
        counts.sort_by(|a, b| b.photos.cmp(&a.photos).then_with(|| a.value.cmp(&b.value)));
        counts
    };
    // Sections keep the order of their names; keywords show the commonest first.
    Ok(Facets {
        photos,
        sections: sections.into_values().collect(),
        keywords: most_first(keywords),
        subjects: subjects.into_iter().map(|(value, photos)| Count { value, photos }).collect(),
        days: days.into_iter().map(|(value, photos)| Count { value, photos }).collect(),
    })
}

/// Counts by what the filter compares, shows as first written.
fn add(counts: &mut BTreeMap<String, Count<String>>, value: &str) {
    counts.entry(fold(value)).or_insert_with(|| Count { value: value.to_owned(), photos: 0 }).photos += 1;
}
