//! What is counted of a photo, in an item of its own: counting a gallery must not read its pictures.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Scope,
    filter::fold,
    id::{GalleryId, PhotoId, SubjectId},
    photo::Photo,
};
use ports::{
    PortResult,
    photo_index::{Count, Facets},
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::members;
use crate::{
    keys,
    table::{Query, Table, Write},
};

const FACETS: &str = "a photo's facets";
/// With more subjects than this, counting goes through the whole gallery.
pub(super) const FEW_SUBJECTS: usize = 16;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Slim {
    pk: String,
    sk: PhotoId,
    /// section
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<String>,
    /// keywords
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    k: Vec<String>,
    /// subjects, 16 bytes each
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p: Option<ByteBuf>,
    /// day
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<String>,
}

impl Slim {
    fn subjects(&self) -> BTreeSet<SubjectId> {
        let bytes = self.p.as_ref().map(|p| p.as_slice()).unwrap_or_default();
        bytes.as_chunks::<16>().0.iter().map(|id| SubjectId::from_bytes(*id)).collect()
    }
}

pub(super) fn put(photo: &Photo) -> PortResult<Write> {
    let key = keys::facets(photo.gallery, photo.id);
    let subjects: Vec<u8> = photo.subjects.iter().flat_map(|s| *s.as_bytes()).collect();
    let slim = Slim {
        pk: key.pk,
        sk: photo.id,
        s: photo.section.clone(),
        k: photo.keywords.clone(),
        p: (!subjects.is_empty()).then(|| ByteBuf::from(subjects)),
        d: photo.day().map(str::to_owned),
    };
    Write::put(FACETS, &slim)
}

pub(super) fn delete(gallery: GalleryId, photo: PhotoId) -> Write {
    Write::delete(keys::facets(gallery, photo))
}

/// The whole gallery as it is now, and not as it was a moment ago.
pub(super) async fn count_surely(table: &Table, gallery: GalleryId) -> PortResult<Facets> {
    let slims: Vec<Slim> = table.rows(FACETS, &Query::of(keys::facets_of(gallery)), None).await?;
    Ok(tally(&Scope::All, &slims))
}

pub(super) async fn count(table: &Table, gallery: GalleryId, scope: &Scope) -> PortResult<Facets> {
    let slims: Vec<Slim> = match scope {
        Scope::Subjects(subjects) if subjects.len() <= FEW_SUBJECTS => {
            let (photos, _) = members::merged(table, gallery, subjects, None, None).await?;
            let unique: BTreeSet<PhotoId> = photos.into_iter().map(|(_, id)| id).collect();
            let keys: Vec<_> = unique.into_iter().map(|id| keys::facets(gallery, id)).collect();
            table.batch(FACETS, &keys, false).await?
        }
        _ => table.rows(FACETS, &Query::of(keys::facets_of(gallery)).relaxed(), None).await?,
    };
    Ok(tally(scope, &slims))
}

fn tally(scope: &Scope, slims: &[Slim]) -> Facets {
    let mut photos = 0;
    let mut sections: BTreeMap<String, Count<String>> = BTreeMap::new();
    let mut keywords: BTreeMap<String, Count<String>> = BTreeMap::new();
    let mut subjects: BTreeMap<SubjectId, u64> = BTreeMap::new();
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    for slim in slims {
        let named = slim.subjects();
        if !scope.permits(&named.iter().copied().collect::<Vec<_>>()) {
            continue;
        }
        photos += 1;
        if let Some(section) = &slim.s {
            add(&mut sections, section);
        }
        if let Some(day) = &slim.d {
            *days.entry(day.clone()).or_default() += 1;
        }
        let mut seen = BTreeSet::new();
        for keyword in slim.k.iter().filter(|k| seen.insert(fold(k))) {
            add(&mut keywords, keyword);
        }
        // Others in the picture stay unnamed to someone who may not see theirs.
        for subject in named.into_iter().filter(|s| scope.permits(&[*s])) {
            *subjects.entry(subject).or_default() += 1;
        }
    }
    let mut keywords: Vec<_> = keywords.into_values().collect();
    keywords.sort_by(|a, b| b.photos.cmp(&a.photos).then_with(|| a.value.cmp(&b.value)));
    Facets {
        photos,
        sections: sections.into_values().collect(),
        keywords,
        subjects: subjects.into_iter().map(|(value, photos)| Count { value, photos }).collect(),
        days: days.into_iter().map(|(value, photos)| Count { value, photos }).collect(),
    }
}

/// Counts by what the filter compares; of several spellings the one that sorts first is shown.
fn add(counts: &mut BTreeMap<String, Count<String>>, value: &str) {
    let count = counts.entry(fold(value)).or_insert_with(|| Count { value: value.to_owned(), photos: 0 });
    count.photos += 1;
    if value < count.value.as_str() {
        value.clone_into(&mut count.value);
    }
}
