//! Counts of a scope, kept in memory for as long as the gallery does not change.
//!
//! Every page of a gallery shows how many there are. A counter per gallery, raised once per batch, says
//! whether what a function instance has counted still holds: one small read instead of a thousand. What the
//! whole gallery counts is stored as well, by whoever changed it, so that no visitor pays for counting it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Millis, access::Scope, id::GalleryId};
use ports::{PortResult, photo_index::Facets};
use serde::{Deserialize, Serialize};

use super::facets as counting;
use crate::{
    Store, keys,
    table::{Row, Write},
};

const GENERATION: &str = "a gallery's generation";
const STORED: &str = "a gallery's counts";
/// An item has at most 400 kB; who uses so many different keywords is counted each time.
const MAX_STORED: usize = 200_000;
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
    store.table().commit(&[write]).await?;
    keep(store, gallery).await
}

/// What the whole gallery counted at a generation.
#[derive(Serialize, Deserialize)]
struct Stored {
    n: u64,
    facets: Facets,
}

/// Counts the whole gallery and stores it. A failure is none of the change's: visitors count for themselves then.
async fn keep(store: &Store, gallery: GalleryId) -> PortResult<()> {
    let kept = async {
        // The generation first: what is counted holds at least all of it.
        let read: Option<Generation> = store.table().get(GENERATION, &keys::generation(gallery)).await?;
        let n = read.unwrap_or_default().n;
        let facets = counting::count_surely(store.table(), gallery).await?;
        let stored = Stored { n, facets };
        if serde_json::to_vec(&stored).map_or(0, |json| json.len()) > MAX_STORED {
            return Ok(());
        }
        let row = Row { rev: n, ..Row::new(keys::counts(gallery), &stored) };
        let write = Write::put(STORED, &row)?.when("attribute_not_exists(pk) OR rev < :n").number(":n", n);
        store.table().commit(&[write]).await.map(drop)
    };
    if let Err(error) = kept.await {
        let error: ports::PortError = error;
        tracing::warn!(%gallery, %error, "a gallery's counts could not be stored");
    }
    Ok(())
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
    let stored: Option<Stored> = match scope {
        Scope::All => store.table().doc(STORED, &keys::counts(gallery)).await?,
        Scope::Subjects(_) => None,
    };
    let (facets, settled) = match stored.filter(|stored| stored.n == generation) {
        Some(stored) => (stored.facets, true),
        None => (counting::count(store.table(), gallery, scope).await?, false),
    };
    if settled || Millis(at).plus(SETTLED_AFTER) < store.0.clock.now() {
        let mut counts = store.0.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEPT {
            counts.clear();
        }
        counts.insert(key, (generation, facets.clone()));
    }
    Ok(facets)
}

/// What reading a gallery costs, computed from the sizes of the items as DynamoDB bills them: half a unit for
/// 4 kB of one request that may lag, a whole one for 4 kB that may not.
#[cfg(test)]
mod cost {
    use domain::{
        gallery::{CodeGrant, Gallery, GalleryState},
        geometry::Size,
        hash::{Sha256, VersionHash},
        id::{CodeId, MachineId, PhotoId, StudioId, SubjectId},
        photo::{MicroPreview, Photo, Rendition, RenditionKind},
    };
    use ports::photo_index::Count;

    use super::*;
    use crate::{
        photo_index::item::PhotoItem,
        table::{Item, size},
    };

    const PHOTOS: usize = 1_000;
    const FIRST_PAGE: usize = 60;

    fn photo(n: usize) -> Photo {
        let id = |kind: u8| {
            let mut bytes = [kind; 16];
            bytes[..8].copy_from_slice(&n.to_be_bytes());
            bytes
        };
        let sections = ["Getting ready", "Ceremony", "Portraits", "Dinner", "Party"];
        Photo {
            id: PhotoId::from_bytes(id(1)),
            gallery: GalleryId::from_bytes([2; 16]),
            studio: StudioId::from_bytes([3; 16]),
            home: MachineId::from_bytes([4; 16]),
            version: VersionHash([5; 32]),
            seq: 1_790_000_000_000,
            frame: Size::new(6_000, 4_000),
            file_name: format!("DSC_{n:04}.jpg"),
            title: None,
            caption: n.is_multiple_of(5).then(|| "Anna and Ben leave the church".to_owned()),
            keywords: vec!["wedding".into(), "summer".into()],
            section: Some(sections[n * sections.len() / PHOTOS].into()),
            captured_at: Some(format!("2026-06-20T{:02}:{:02}:11", 8 + n / 80, n % 60)),
            price_group: None,
            subjects: vec![SubjectId::from_bytes([6; 16])],
            micro: MicroPreview { width: 64, height: 43, scan: vec![0; 350] },
            renditions: RenditionKind::ALL
                .map(|kind| Rendition {
                    kind,
                    width: 2_048,
                    height: 1_365,
                    length: 400_000,
                    sha256: Sha256([7; 32]),
                })
                .into(),
            published_at: Millis(1_790_000_000_000),
        }
    }

    fn bytes(item: impl Serialize) -> usize {
        let item: Item = serde_dynamo::to_item(item).unwrap();
        size(&item)
    }
    fn surely(bytes: usize) -> f64 {
        bytes.div_ceil(4_096).max(1) as f64
    }
    fn relaxed(bytes: usize) -> f64 {
        surely(bytes) / 2.0
    }

    #[test]
    fn a_gallery_is_opened_and_scrolled_to_its_thousandth_photo_for_120_units() {
        let photos: Vec<Photo> = (0..PHOTOS).map(photo).collect();
        let items: Vec<usize> = photos.iter().map(|p| bytes(PhotoItem::of(p))).collect();
        let facets = Facets {
            photos: 1_000,
            sections: (0..5).map(|n| Count { value: format!("Section number {n}"), photos: 200 }).collect(),
            keywords: (0..30).map(|n| Count { value: format!("keyword number {n}"), photos: 30 }).collect(),
            subjects: (0..30).map(|n| Count { value: SubjectId::from_bytes([n; 16]), photos: 30 }).collect(),
            days: vec![Count { value: "2026-06-20".into(), photos: 1_000 }],
        };
        let gallery = photos[0].gallery;
        let opened = Gallery {
            id: gallery,
            studio: photos[0].studio,
            name: "Anna & Ben, 20 June".into(),
            state: GalleryState::Open,
            welcome: Some("Thank you for letting us be part of your day. ".repeat(4)),
            price_list: None,
            settings: Default::default(),
            expires_at: None,
            created_at: Millis(0),
            revision: 3,
        };
        let code = CodeGrant {
            id: CodeId::from_bytes([1; 16]),
            studio: opened.studio,
            gallery,
            scope: Scope::All,
            revoked: false,
            expires_at: None,
        };
        // One small item each, read surely.
        let code = surely(bytes(Row::new(keys::counts(gallery), code)));
        let gallery_item = surely(bytes(Row::new(keys::gallery(gallery), opened)));
        let (studio, generation, favourites, logo) = (1.0, 1.0, 1.0, 1.0);
        let counts = surely(bytes(Row::new(keys::counts(gallery), Stored { n: 10, facets })));

        let open = code + 2.0 * gallery_item + studio;
        let view = gallery_item + generation + counts + favourites + studio + logo;
        let page = |from: usize, to: usize| {
            // One more than is shown, to know whether there is more; one request reads at most 1 MB.
            let read = &items[from..(to + 1).min(PHOTOS)];
            assert!(read.iter().sum::<usize>() < 1_000_000);
            gallery_item + relaxed(read.iter().sum()) + generation + counts + favourites
        };
        let calls = [open, view, page(0, FIRST_PAGE), page(FIRST_PAGE, PHOTOS)];
        let units: f64 = calls.iter().sum();
        println!("{} calls, {units} units: {calls:?}", calls.len());
        assert!(calls.len() <= 4);
        assert!(units <= 120.0, "{units} units: {calls:?}");
    }
}
