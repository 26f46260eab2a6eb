//! Favourites and carts.

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
