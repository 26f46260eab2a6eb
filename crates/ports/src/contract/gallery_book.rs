//! Galleries, codes, rosters.

use domain::{
    Millis,
    access::{Scope, code::AccessCode},
    gallery::{CodeGrant, Gallery, GalleryState, Subject},
    id::{CodeId, GalleryId, StudioId},
};
use futures_util::future::join_all;

use super::{Host, sample};

pub async fn a_gallery_is_written_over_its_own_revision(host: &Host) {
    let (book, gallery) = (&host.ports.galleries, sample::gallery(sample::studio(host).await));
    assert_eq!(book.gallery(gallery.id).await.unwrap(), None);
    assert!(book.put_gallery(&gallery, 3).await.unwrap_err().is_conflict(), "there is no revision 3");
    let first = book.put_gallery(&gallery, 0).await.unwrap();
    assert_eq!(first.revision, 1);
    assert!(book.put_gallery(&gallery, 0).await.unwrap_err().is_conflict());
    let renamed = Gallery { name: "Summer".into(), ..first.clone() };
    assert_eq!(book.put_gallery(&renamed, 1).await.unwrap().revision, 2);
    assert!(book.put_gallery(&first, 1).await.unwrap_err().is_conflict());
    let stored = book.gallery(gallery.id).await.unwrap().unwrap();
    assert_eq!((stored.name.as_str(), stored.revision), ("Summer", 2));
}

pub async fn racing_writers_of_a_gallery_do_not_lose_each_other(host: &Host) {
    let (book, gallery) = (&host.ports.galleries, sample::gallery(sample::studio(host).await));
    let first = book.put_gallery(&gallery, 0).await.unwrap();
    let written = join_all((0..6).map(|n| {
        let mine = Gallery { name: format!("writer {n}"), ..first.clone() };
        async move { book.put_gallery(&mine, 1).await }
    }))
    .await;
    assert_eq!(written.iter().filter(|w| w.is_ok()).count(), 1);
    assert!(written.iter().filter_map(|w| w.as_ref().err()).all(crate::PortError::is_conflict));
}

pub async fn galleries_page_by_studio(host: &Host) {
    let (mine, other) = (sample::studio(host).await, sample::studio(host).await);
    let book = &host.ports.galleries;
    let mut made = Vec::new();
    for n in 0..6 {
        let gallery = sample::gallery(if n == 5 { other } else { mine });
        book.put_gallery(&gallery, 0).await.unwrap();
        made.push(gallery.id);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = book.galleries(mine, cursor.as_deref(), 2).await.unwrap();
        found.extend(page.items.into_iter().map(|g| g.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    found.sort();
    assert_eq!(found, made[..5]);
}

pub async fn only_open_galleries_expire(host: &Host) {
    let (book, studio) = (&host.ports.galleries, sample::studio(host).await);
    let make = async |state, expires_at| {
        let gallery = Gallery { state, expires_at, ..sample::gallery(studio) };
        book.put_gallery(&gallery, 0).await.unwrap().id
    };
    let over = make(GalleryState::Open, Some(Millis(5_000))).await;
    let others = [
        make(GalleryState::Open, Some(Millis(5_001))).await,
        make(GalleryState::Open, None).await,
        make(GalleryState::Closed, Some(Millis(1))).await,
        make(GalleryState::Draft, Some(Millis(1))).await,
    ];
    let found: Vec<GalleryId> =
        book.expired(Millis(5_000), 1_000).await.unwrap().into_iter().map(|g| g.id).collect();
    assert!(found.contains(&over));
    assert!(others.iter().all(|o| !found.contains(o)), "{found:?}");
}

fn grant(studio: StudioId, gallery: GalleryId) -> CodeGrant {
    CodeGrant {
        id: CodeId::from_bytes(sample::bytes()),
        studio,
        gallery,
        scope: Scope::All,
        revoked: false,
        expires_at: None,
    }
}

fn hash() -> domain::access::code::CodeHash {
    let random = sample::bytes();
    let bits = u64::from_be_bytes(std::array::from_fn(|i| random[i] ^ random[8 + i].rotate_left(3)));
    AccessCode::from_random(bits).keyed_hash(&random)
}

pub async fn a_code_opens_one_gallery(host: &Host) {
    let (book, studio) = (&host.ports.galleries, sample::studio(host).await);
    let gallery = book.put_gallery(&sample::gallery(studio), 0).await.unwrap().id;
    let (hash, grant) = (hash(), grant(studio, gallery));
    assert_eq!(book.code(&hash).await.unwrap(), None);
    book.put_code(&hash, &grant).await.unwrap();
    book.put_code(&hash, &grant).await.unwrap();
    assert_eq!(book.code(&hash).await.unwrap(), Some(grant.clone()));
    assert_eq!(book.code_by_id(gallery, grant.id).await.unwrap(), Some(grant.clone()));
    // The same code cannot be given out twice, nor can one id have two codes.
    let second = CodeGrant { id: CodeId::from_bytes(sample::bytes()), ..grant.clone() };
    assert!(book.put_code(&hash, &second).await.unwrap_err().is_conflict());
    assert!(book.put_code(&self::hash(), &grant).await.unwrap_err().is_conflict());
    assert_eq!(book.code(&hash).await.unwrap(), Some(grant));
}

pub async fn a_revoked_code_stays_revoked(host: &Host) {
    let (book, studio) = (&host.ports.galleries, sample::studio(host).await);
    let gallery = book.put_gallery(&sample::gallery(studio), 0).await.unwrap().id;
    let (hash, grant) = (hash(), grant(studio, gallery));
    book.put_code(&hash, &grant).await.unwrap();
    book.revoke_code(gallery, grant.id).await.unwrap();
    book.revoke_code(gallery, grant.id).await.unwrap();
    book.revoke_code(gallery, CodeId::from_bytes(sample::bytes())).await.unwrap();
    assert!(book.code(&hash).await.unwrap().unwrap().revoked);
    // The request that made it comes late.
    book.put_code(&hash, &grant).await.unwrap();
    assert!(book.code(&hash).await.unwrap().unwrap().revoked);
}

pub async fn a_roster_grows_and_renames(host: &Host) {
    let (book, gallery) = (&host.ports.galleries, GalleryId::from_bytes(sample::bytes()));
    let person = |name: &str| Subject { id: sample::subject(), name: name.into(), group: Some("2b".into()) };
    let (ada, ben) = (person("Ada"), person("Ben"));
    book.put_subjects(gallery, &[ada.clone(), ben.clone()]).await.unwrap();
    let renamed = Subject { name: "Ada L.".into(), ..ada.clone() };
    book.put_subjects(gallery, std::slice::from_ref(&renamed)).await.unwrap();
    let mut all = book.subjects(gallery).await.unwrap();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(all, [renamed, ben.clone()]);
    let some = book.subjects_by_id(gallery, &[ben.id, sample::subject()]).await.unwrap();
    assert_eq!(some, [ben]);
    assert!(book.subjects(GalleryId::from_bytes(sample::bytes())).await.unwrap().is_empty());
}
