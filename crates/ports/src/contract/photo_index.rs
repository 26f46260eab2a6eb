//! Publishing, withdrawing, listing, searching.

use domain::{
    Millis,
    access::Scope,
    filter::PhotoFilter,
    gallery::Subject,
    id::{BatchId, GalleryId, MachineId, PhotoId, VisitorId},
    photo::{Photo, PhotoChange},
};

use super::{Host, sample};
use crate::photo_index::{Applied, PhotoRequest, StoredOutcome};

fn gallery() -> GalleryId {
    GalleryId::from_bytes(sample::bytes())
}

/// Every photo of a listing, read page by page, checked against its total.
pub(super) async fn listed(
    host: &Host,
    gallery: GalleryId,
    scope: &Scope,
    filter: &PhotoFilter,
    favourites_of: Option<VisitorId>,
    limit: u32,
) -> Vec<PhotoId> {
    let (mut found, mut cursor): (Vec<PhotoId>, Option<String>) = (Vec::new(), None);
    loop {
        let request =
            PhotoRequest { gallery, scope, filter, favourites_of, cursor: cursor.as_deref(), limit };
        let page = host.ports.photos.page(request).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        found.extend(page.items.iter().map(|p| p.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let request = PhotoRequest { gallery, scope, filter, favourites_of, cursor: None, limit };
    assert_eq!(host.ports.photos.total(request).await.unwrap(), found.len() as u64, "the total differs");
    found
}

async fn all(host: &Host, gallery: GalleryId) -> Vec<PhotoId> {
    listed(host, gallery, &Scope::All, &PhotoFilter::default(), None, 50).await
}

async fn apply(host: &Host, gallery: GalleryId, change: PhotoChange) -> Applied {
    host.ports.photos.apply(gallery, &[change]).await.unwrap()[0]
}

fn withdraw(photo: &Photo, seq: u64) -> PhotoChange {
    PhotoChange::Withdraw { gallery: photo.gallery, photo: photo.id, seq }
}

pub async fn what_is_published_is_read_back(host: &Host) {
    let mut photo = sample::photo(gallery(), 1);
    photo.title = Some("Grüße, 'quotes' & \u{1F600}".into());
    photo.keywords = vec!["Beach".into(), "сад".into()];
    photo.subjects = vec![sample::subject(), sample::subject()];
    sample::publish(host, std::slice::from_ref(&photo)).await;
    let photos = &host.ports.photos;
    assert_eq!(photos.photo(photo.gallery, &Scope::All, photo.id).await.unwrap().as_ref(), Some(&photo));
    let several = [photo.id, PhotoId::from_bytes(sample::bytes())];
    assert_eq!(photos.photos(photo.gallery, &Scope::All, &several).await.unwrap(), [photo.clone()]);
    assert_eq!(photos.photo(gallery(), &Scope::All, photo.id).await.unwrap(), None, "another gallery");
    // The same photo may be in two galleries.
    let elsewhere = Photo { gallery: gallery(), ..photo.clone() };
    sample::publish(host, std::slice::from_ref(&elsewhere)).await;
    assert_eq!(all(host, photo.gallery).await, all(host, elsewhere.gallery).await);
}

pub async fn older_changes_are_stale(host: &Host) {
    let photo = sample::photo(gallery(), 5);
    sample::publish(host, std::slice::from_ref(&photo)).await;
    for seq in [5, 4] {
        let older = Photo { seq, title: Some("old".into()), ..photo.clone() };
        assert_eq!(apply(host, photo.gallery, PhotoChange::Publish(older)).await, Applied::Stale);
        assert_eq!(apply(host, photo.gallery, withdraw(&photo, seq)).await, Applied::Stale);
    }
    let newer = Photo { seq: 6, title: Some("new".into()), ..photo.clone() };
    // Within one batch the same rule holds, change by change.
    let changes = [PhotoChange::Publish(newer.clone()), PhotoChange::Publish(photo.clone())];
    let applied = host.ports.photos.apply(photo.gallery, &changes).await.unwrap();
    assert_eq!(applied, [Applied::Yes, Applied::Stale]);
    let stored = host.ports.photos.photo(photo.gallery, &Scope::All, photo.id).await.unwrap();
    assert_eq!(stored, Some(newer));
    assert_eq!(all(host, photo.gallery).await.len(), 1);
}

pub async fn a_withdrawal_stays(host: &Host) {
    let mut photo = sample::photo(gallery(), 3);
    photo.subjects = vec![sample::subject()];
    // The withdrawal may even come first.
    assert_eq!(apply(host, photo.gallery, withdraw(&photo, 4)).await, Applied::Yes);
    assert_eq!(apply(host, photo.gallery, PhotoChange::Publish(photo.clone())).await, Applied::Stale);
    assert!(all(host, photo.gallery).await.is_empty());
    let newer = Photo { seq: 5, ..photo.clone() };
    assert_eq!(apply(host, photo.gallery, PhotoChange::Publish(newer)).await, Applied::Yes);
    assert_eq!(all(host, photo.gallery).await, [photo.id]);
    assert_eq!(apply(host, photo.gallery, withdraw(&photo, 6)).await, Applied::Yes);
    assert!(all(host, photo.gallery).await.is_empty());
    let scope = sample::only(&photo.subjects);
    assert!(listed(host, photo.gallery, &scope, &PhotoFilter::default(), None, 10).await.is_empty());
    assert_eq!(host.ports.photos.facets(photo.gallery, &scope).await.unwrap().photos, 0);
}

pub async fn a_batch_is_for_one_gallery(host: &Host) {
    let (mine, other) = (sample::photo(gallery(), 1), sample::photo(gallery(), 1));
    let changes = [PhotoChange::Publish(mine.clone()), PhotoChange::Publish(other)];
    assert!(host.ports.photos.apply(mine.gallery, &changes).await.is_err());
}

pub async fn a_batch_has_its_limit(host: &Host) {
    let gallery = gallery();
    let photos: Vec<Photo> = (0..101).map(|_| sample::photo(gallery, 1)).collect();
    let changes: Vec<PhotoChange> = photos.into_iter().map(PhotoChange::Publish).collect();
    assert!(host.ports.photos.apply(gallery, &changes).await.is_err());
    assert!(all(host, gallery).await.is_empty(), "nothing of it was applied");
    assert_eq!(host.ports.photos.apply(gallery, &changes[..100]).await.unwrap(), [Applied::Yes; 100]);
    assert_eq!(all(host, gallery).await.len(), 100);
}

pub async fn pages_have_no_gaps_and_no_repeats(host: &Host) {
    let gallery = gallery();
    let photos: Vec<Photo> = (0..23)
        .map(|n| Photo {
            // Equal times and names, no time at all, and a name that sorts by bytes.
            captured_at: (n % 5 != 0).then(|| format!("2026-05-01T10:00:{:02}", 59 - n / 4)),
            file_name: ["a.jpg", "B.jpg", "ä.jpg"][n % 3].into(),
            subjects: vec![sample::subject()],
            ..sample::photo(gallery, 1)
        })
        .collect();
    sample::publish(host, &photos).await;
    let mut expected: Vec<(String, PhotoId)> = photos.iter().map(|p| (p.sort_key(), p.id)).collect();
    expected.sort();
    let expected: Vec<PhotoId> = expected.into_iter().map(|(_, id)| id).collect();
    for limit in [1, 7, 23, 24] {
        let found = listed(host, gallery, &Scope::All, &PhotoFilter::default(), None, limit).await;
        assert_eq!(found, expected, "limit {limit}");
    }
    let scope = Scope::Subjects(photos.iter().flat_map(|p| p.subjects.clone()).collect());
    assert_eq!(listed(host, gallery, &scope, &PhotoFilter::default(), None, 7).await, expected);
    let filter = PhotoFilter::default();
    let request = PhotoRequest {
        gallery,
        scope: &Scope::All,
        filter: &filter,
        favourites_of: None,
        cursor: Some("\u{1F600} not a cursor"),
        limit: 5,
    };
    assert!(host.ports.photos.page(request).await.is_err(), "a made-up cursor is refused");
}

pub async fn the_first_outcome_stays(host: &Host) {
    let (photos, batch) = (&host.ports.photos, BatchId::from_bytes(sample::bytes()));
    let outcome = |failed: Option<&str>| StoredOutcome {
        applied: vec![PhotoId::from_bytes([1; 16])],
        stale: vec![],
        rejected: vec![(PhotoId::from_bytes([2; 16]), "too large".into())],
        failed: failed.map(str::to_owned),
    };
    assert_eq!(photos.outcome(batch).await.unwrap(), None);
    photos.put_outcome(batch, &outcome(None)).await.unwrap();
    photos.put_outcome(batch, &outcome(Some("again"))).await.unwrap();
    assert_eq!(photos.outcome(batch).await.unwrap(), Some(outcome(None)));
}

pub async fn adopting_moves_the_home(host: &Host) {
    let gallery = gallery();
    let [old, new, other] = [0, 1, 2].map(|_| MachineId::from_bytes(sample::bytes()));
    let make = |home| Photo { home, ..sample::photo(gallery, 1) };
    let photos = [make(old), make(old), make(other)];
    sample::publish(host, &photos).await;
    // Listings were read before: a host may keep them in memory.
    assert_eq!(all(host, gallery).await.len(), 3);
    assert_eq!(host.ports.photos.adopt(gallery, old, new).await.unwrap(), 2);
    assert_eq!(host.ports.photos.adopt(gallery, old, new).await.unwrap(), 0);
    for (photo, home) in photos.iter().zip([new, new, other]) {
        let stored = host.ports.photos.photo(gallery, &Scope::All, photo.id).await.unwrap().unwrap();
        assert_eq!(stored, Photo { home, ..photo.clone() });
        let scope = Scope::All;
        let filter = PhotoFilter::default();
        let request = PhotoRequest {
            gallery,
            scope: &scope,
            filter: &filter,
            favourites_of: None,
            cursor: None,
            limit: 50,
        };
        let listed = host.ports.photos.page(request).await.unwrap().items;
        assert_eq!(listed.iter().find(|p| p.id == photo.id).map(|p| p.home), Some(home));
    }
}

pub async fn erasing_leaves_tombstones(host: &Host) {
    let gallery = gallery();
    let photos = [sample::photo(gallery, 3), sample::photo(gallery, 3)];
    let kept = sample::photo(self::gallery(), 3);
    sample::publish(host, &photos).await;
    sample::publish(host, std::slice::from_ref(&kept)).await;
    assert_eq!(host.ports.photos.erase(gallery).await.unwrap(), 2);
    assert_eq!(host.ports.photos.erase(gallery).await.unwrap(), 0);
    assert!(all(host, gallery).await.is_empty());
    let redelivered = PhotoChange::Publish(photos[0].clone());
    assert_eq!(apply(host, gallery, redelivered).await, Applied::Stale);
    assert!(all(host, gallery).await.is_empty());
    assert_eq!(all(host, kept.gallery).await, [kept.id]);
}

pub async fn favourites_are_a_listing(host: &Host) {
    let gallery = gallery();
    let photos: Vec<Photo> = (0..9)
        .map(|n| Photo { captured_at: Some(format!("2026-05-0{n}")), ..sample::photo(gallery, 1) })
        .collect();
    sample::publish(host, &photos).await;
    let [visitor, other] = [0, 1].map(|_| VisitorId::from_bytes(sample::bytes()));
    for n in [7, 1, 4] {
        host.ports.visitors.set_favourite(visitor, gallery, photos[n].id, true).await.unwrap();
    }
    host.ports.visitors.set_favourite(other, gallery, photos[2].id, true).await.unwrap();
    let found = listed(host, gallery, &Scope::All, &PhotoFilter::default(), Some(visitor), 2).await;
    assert_eq!(found, [photos[1].id, photos[4].id, photos[7].id]);
    // Looking asks for page, total and hearts at once; the hearts are those of who looks.
    let (scope, filter) = (Scope::All, PhotoFilter::default());
    let request = PhotoRequest {
        gallery,
        scope: &scope,
        filter: &filter,
        favourites_of: Some(visitor),
        cursor: None,
        limit: 2,
    };
    let seen = host.ports.photos.seen(request, other).await.unwrap();
    assert_eq!(seen.page.items.iter().map(|p| p.id).collect::<Vec<_>>(), found[..2]);
    assert!(seen.page.next.is_some());
    assert_eq!((seen.total, seen.favourites), (3, [photos[2].id].into()));
    // A favourite that was withdrawn, or is out of scope now, is not shown.
    apply(host, gallery, withdraw(&photos[4], 2)).await;
    let found = listed(host, gallery, &Scope::All, &PhotoFilter::default(), Some(visitor), 2).await;
    assert_eq!(found, [photos[1].id, photos[7].id]);
    let nobody = sample::only(&[sample::subject()]);
    assert!(listed(host, gallery, &nobody, &PhotoFilter::default(), Some(visitor), 2).await.is_empty());
}

pub async fn filters_and_search_find_what_they_say(host: &Host) {
    let gallery = gallery();
    let ada = Subject { id: sample::subject(), name: "Ada Lovelace".into(), group: None };
    host.ports.galleries.put_subjects(gallery, std::slice::from_ref(&ada)).await.unwrap();
    let (mut beach, mut party, plain) =
        (sample::photo(gallery, 1), sample::photo(gallery, 1), sample::photo(gallery, 1));
    beach.keywords = vec!["Strand".into()];
    beach.section = Some("Morning".into());
    beach.caption = Some("Évora, 100 %_\"quoted\"".into());
    party.section = Some("Evening".into());
    party.subjects = vec![ada.id];
    sample::publish(host, &[beach.clone(), party.clone(), plain.clone()]).await;
    let find = async |filter: PhotoFilter| listed(host, gallery, &Scope::All, &filter, None, 2).await;
    let search =
        async |text: &str| find(PhotoFilter { search: Some(text.into()), ..Default::default() }).await;
    assert_eq!(search("lovelace ADA").await, [party.id]);
    assert_eq!(search("evora").await, [beach.id], "accents do not matter");
    assert_eq!(search("100 %_\"").await, [beach.id], "no character is special");
    assert!(search("lovelace strand").await.is_empty(), "every word has to occur");
    assert_eq!(search("dsc_0001").await.len(), 3);
    let keyword = PhotoFilter { keyword: Some("strand".into()), ..Default::default() };
    assert_eq!(find(keyword.clone()).await, [beach.id]);
    assert_eq!(find(PhotoFilter { section: Some("evening".into()), ..Default::default() }).await, [party.id]);
    assert_eq!(find(PhotoFilter { subject: Some(ada.id), ..Default::default() }).await, [party.id]);
    let both = PhotoFilter { section: Some("Evening".into()), ..keyword };
    assert!(find(both).await.is_empty());
    // A new version is found by what it says now.
    let renamed = Photo { seq: 2, caption: None, published_at: Millis(9), ..beach.clone() };
    apply(host, gallery, PhotoChange::Publish(renamed)).await;
    assert!(search("evora").await.is_empty());
}

pub async fn days_are_counted_and_found(host: &Host) {
    let gallery = gallery();
    let at = |captured: Option<&str>| Photo {
        captured_at: captured.map(str::to_owned),
        ..sample::photo(gallery, 1)
    };
    let photos = [
        at(Some("2026-06-21T00:10:00+02:00")),
        at(Some("2026-06-20T23:59:59")),
        at(None),
        at(Some("2026-06-20T08:00:00Z")),
        at(Some("long ago, perhaps")),
    ];
    sample::publish(host, &photos).await;
    let counted = host.ports.photos.facets(gallery, &Scope::All).await.unwrap().days;
    let counted: Vec<_> = counted.iter().map(|d| (d.value.as_str(), d.photos)).collect();
    assert_eq!(counted, [("2026-06-20", 2), ("2026-06-21", 1)]);
    let on = |day: &str| PhotoFilter { day: Some(day.into()), ..Default::default() };
    let find = async |filter: PhotoFilter| listed(host, gallery, &Scope::All, &filter, None, 2).await;
    assert_eq!(find(on("2026-06-20")).await, [photos[3].id, photos[1].id]);
    assert_eq!(find(on("2026-06-21")).await, [photos[0].id]);
    assert!(find(on("2026-06-2")).await.is_empty());
    let nobody = sample::only(&[sample::subject()]);
    assert!(host.ports.photos.facets(gallery, &nobody).await.unwrap().days.is_empty());
}

pub async fn a_generation_is_another_after_each_change(host: &Host) {
    let photo = sample::photo(gallery(), 1);
    let photos = &host.ports.photos;
    let at_once = std::time::Duration::ZERO;
    let before = photos.generation(photo.gallery, None, at_once).await.unwrap();
    assert_eq!(photos.generation(photo.gallery, Some(before), at_once).await.unwrap(), before);
    assert_eq!(apply(host, photo.gallery, PhotoChange::Publish(photo.clone())).await, Applied::Yes);
    let published = photos.generation(photo.gallery, Some(before), at_once).await.unwrap();
    assert_ne!(published, before);
    // Somebody who waits hears of the next change, or asks again: then too it is another number.
    let long = std::time::Duration::from_secs(30);
    let (heard, _) = tokio::join!(photos.generation(photo.gallery, Some(published), long), async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        apply(host, photo.gallery, withdraw(&photo, photo.seq + 1)).await
    });
    let after = photos.generation(photo.gallery, None, at_once).await.unwrap();
    assert_ne!(after, published);
    assert!([published, after].contains(&heard.unwrap()));
}
