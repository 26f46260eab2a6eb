//! Favourites, carts, documents, and what visitors hand in.

use domain::id::{GalleryId, PhotoId, VisitorId};
use futures_util::future::join_all;

use super::{Host, sample};

pub async fn favourites_belong_to_one_visitor(host: &Host) {
    let visitors = &host.ports.visitors;
    let [mine, other] = [0, 1].map(|_| VisitorId::from_bytes(sample::bytes()));
    let (gallery, photo) = (GalleryId::from_bytes(sample::bytes()), PhotoId::from_bytes(sample::bytes()));
    for _ in 0..2 {
        visitors.set_favourite(mine, gallery, photo, true).await.unwrap();
    }
    assert_eq!(visitors.favourites(mine, gallery).await.unwrap(), [photo].into());
    assert!(visitors.favourites(other, gallery).await.unwrap().is_empty());
    let elsewhere = GalleryId::from_bytes(sample::bytes());
    assert!(visitors.favourites(mine, elsewhere).await.unwrap().is_empty());
    for _ in 0..2 {
        visitors.set_favourite(mine, gallery, photo, false).await.unwrap();
    }
    assert!(visitors.favourites(mine, gallery).await.unwrap().is_empty());
}

pub async fn a_cart_is_written_over_its_own_revision(host: &Host) {
    let visitors = &host.ports.visitors;
    let (visitor, gallery) = (VisitorId::from_bytes(sample::bytes()), GalleryId::from_bytes(sample::bytes()));
    assert_eq!(visitors.cart(visitor, gallery).await.unwrap(), None);
    assert!(visitors.put_cart(visitor, gallery, "[1]", 4).await.unwrap_err().is_conflict());
    assert_eq!(visitors.put_cart(visitor, gallery, "[1]", 0).await.unwrap(), 1);
    // Two tabs.
    let tabs = ["[2]", "[3]", "[4]"];
    let written = join_all(tabs.iter().map(|json| visitors.put_cart(visitor, gallery, json, 1))).await;
    assert_eq!(written.iter().filter(|w| matches!(w, Ok(2))).count(), 1, "{written:?}");
    let winner = written.iter().position(Result::is_ok).unwrap();
    let stored = visitors.cart(visitor, gallery).await.unwrap().unwrap();
    assert_eq!((stored.revision, stored.json.as_str()), (2, tabs[winner]));
}

pub async fn documents_are_kept_apart_and_written_over_their_revision(host: &Host) {
    let visitors = &host.ports.visitors;
    let [mine, other] = [0, 1].map(|_| VisitorId::from_bytes(sample::bytes()));
    let [gallery, elsewhere] = [0, 1].map(|_| GalleryId::from_bytes(sample::bytes()));
    assert_eq!(visitors.document(mine, gallery, "lists").await.unwrap(), None);
    assert!(visitors.put_document(mine, gallery, "lists", "{}", 3).await.unwrap_err().is_conflict());
    assert_eq!(visitors.put_document(mine, gallery, "lists", r#"{"a":1}"#, 0).await.unwrap(), 1);
    assert!(visitors.put_document(mine, gallery, "lists", "{}", 0).await.unwrap_err().is_conflict());
    let tabs = ["[2]", "[3]", "[4]"];
    let written =
        join_all(tabs.iter().map(|json| visitors.put_document(mine, gallery, "lists", json, 1))).await;
    assert_eq!(written.iter().filter(|w| matches!(w, Ok(2))).count(), 1, "{written:?}");
    let winner = written.iter().position(Result::is_ok).unwrap();
    let stored = visitors.document(mine, gallery, "lists").await.unwrap().unwrap();
    assert_eq!((stored.revision, stored.json.as_str()), (2, tabs[winner]));
    for (visitor, gallery, name) in
        [(other, gallery, "lists"), (mine, elsewhere, "lists"), (mine, gallery, "list")]
    {
        assert_eq!(visitors.document(visitor, gallery, name).await.unwrap(), None);
    }
    assert_eq!(visitors.cart(mine, gallery).await.unwrap(), None, "a document is no cart");
    let large = "x".repeat(crate::visitors::MAX_DOCUMENT);
    assert_eq!(visitors.put_document(mine, gallery, "large", &large, 0).await.unwrap(), 1);
    assert_eq!(visitors.document(mine, gallery, "large").await.unwrap().unwrap().json.len(), large.len());
    for (name, json) in [("", "1"), ("A/b", "1"), ("large", format!("{large}x").as_str())] {
        let refused = visitors.put_document(mine, gallery, name, json, 1).await;
        assert!(matches!(refused, Err(crate::PortError::Invalid { .. })), "{name}: {refused:?}");
    }
}

pub async fn what_is_handed_in_is_listed_replaced_and_forgotten(host: &Host) {
    let visitors = &host.ports.visitors;
    let [gallery, elsewhere] = [0, 1].map(|_| GalleryId::from_bytes(sample::bytes()));
    let keys: Vec<String> = (0..7).map(|n| format!("k-{n}")).collect();
    for key in &keys {
        visitors.hand_in(gallery, "list", key, "1").await.unwrap();
    }
    visitors.hand_in(gallery, "list", "k-3", "2").await.unwrap();
    visitors.hand_in(gallery, "list2", "k-9", "3").await.unwrap();
    visitors.hand_in(elsewhere, "list", "k-0", "4").await.unwrap();
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = visitors.handed_in(gallery, "list", cursor.as_deref(), 3).await.unwrap();
        assert!(page.items.len() <= 3);
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found.iter().map(|h| h.key.clone()).collect::<Vec<_>>(), keys);
    assert_eq!(found.iter().map(|h| h.json.as_str()).collect::<String>(), "1112111");
    let refused = visitors.hand_in(gallery, "li#st", "k", "1").await;
    assert!(matches!(refused, Err(crate::PortError::Invalid { .. })), "{refused:?}");
    for _ in 0..2 {
        visitors.forget_handed_in(gallery).await.unwrap();
    }
    for kind in ["list", "list2"] {
        assert!(visitors.handed_in(gallery, kind, None, 10).await.unwrap().items.is_empty());
    }
    assert_eq!(visitors.handed_in(elsewhere, "list", None, 10).await.unwrap().items.len(), 1);
}
