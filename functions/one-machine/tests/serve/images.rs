//! Pictures: for the visitor they were addressed to, while the gallery is open, and for nobody else.

use crate::support::Running;
use bytes::Bytes;
use domain::{
    Millis,
    access::{
        Grant, Scope,
        cookie::{Claims, image_token, sign},
    },
    gallery::{Gallery, GalleryState},
    id::{GalleryId, StudioId, SubjectId, VisitorId},
};

struct Visit {
    cookie: String,
    url: String,
}

fn visit(host: &Running, gallery: GalleryId, scope: Scope, key: &str) -> Visit {
    let secrets = &host.ports.secrets;
    let visitor = VisitorId::from_bytes([4; 16]);
    let grant = Grant { gallery, scope: scope.clone(), codes: Default::default() };
    let exp = host.ports.clock.now().0 / 1000 + 600;
    let cookie = sign(&Claims { visitor, grants: vec![grant], exp }, &secrets.cookie[0]);
    let token = image_token(&secrets.cookie[0], visitor, gallery, &scope, key);
    Visit { cookie: format!("darkslide={cookie}"), url: format!("/{key}?t={token}") }
}

async fn get(host: &Running, cookie: &str, url: &str, etag: &str) -> reqwest::Response {
    host.http.get(host.url(url)).header("cookie", cookie).header("if-none-match", etag).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_for_its_visitor_and_while_the_gallery_is_open() {
    let host = Running::start().await;
    let id = GalleryId::from_bytes([7; 16]);
    let gallery = Gallery {
        id,
        studio: StudioId::from_bytes([1; 16]),
        name: "Spring".into(),
        state: GalleryState::Open,
        welcome: None,
        price_list: None,
        settings: Default::default(),
        expires_at: None,
        created_at: Millis(1),
        revision: 0,
    };
    let gallery = host.ports.galleries.put_gallery(&gallery, 0).await.unwrap();
    let key = format!("img/{id}/abcdefg");
    host.ports.blobs.put_new(&key, Bytes::from_static(b"jpeg bytes"), "image/jpeg").await.unwrap();
    let all = visit(&host, id, Scope::All, &key);
    let child = visit(&host, id, Scope::Subjects([SubjectId::from_bytes([5; 16])].into()), &key);

    let answer = get(&host, &all.cookie, &all.url, "").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/jpeg");
    assert!(answer.headers()["cache-control"].to_str().unwrap().starts_with("private, max-age="));
    let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(answer.bytes().await.unwrap(), &b"jpeg bytes"[..]);
    assert_eq!(get(&host, &all.cookie, &all.url, &etag).await.status(), 304);

    // The same address in a narrower session, or without one: no picture, and no 304 either.
    assert_eq!(get(&host, &child.cookie, &all.url, &etag).await.status(), 403);
    assert_eq!(get(&host, "", &all.url, &etag).await.status(), 401);
    assert_eq!(get(&host, &all.cookie, &format!("/{key}"), &etag).await.status(), 403);
    let missing = visit(&host, id, Scope::All, &format!("img/{id}/other"));
    assert_eq!(get(&host, &missing.cookie, &missing.url, "").await.status(), 404);

    let closed = Gallery { state: GalleryState::Closed, ..gallery.clone() };
    host.ports.galleries.put_gallery(&closed, gallery.revision).await.unwrap();
    assert_eq!(get(&host, &all.cookie, &all.url, &etag).await.status(), 403);
}
