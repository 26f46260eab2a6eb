//! What comes near the store's limits: the largest order, and a picture of a whole school.

use domain::{
    Millis,
    access::Scope,
    hash::{Sha256, VersionHash},
    id::{GalleryId, LabId, MachineId, PhotoId, SubjectId},
    order::{ImageNode, Order, OrderLine},
    photo::{Photo, PhotoChange},
};
use ports::{
    PortError,
    contract::{Host, sample},
    order_book::{PartArrived, Placed},
    photo_index::{Applied, PhotoRequest},
};

use crate::support;

/// 500 lines of so many pictures each, every picture and crop another one.
async fn order(host: &Host, pictures: usize, home: MachineId) -> Order {
    let mut order = sample::order(sample::studio(host).await, &[home]);
    let (line, node) = (order.lines[0].clone(), order.lines[0].nodes[0].clone());
    let other = |n: usize| {
        let mut node: ImageNode = node.clone();
        let hash = Sha256::of(&[sample::bytes().as_slice(), &n.to_be_bytes()].concat());
        node.photo = PhotoId::from_bytes(hash.0[..16].try_into().unwrap());
        node.version = VersionHash(hash.0);
        // Fractions that JSON carries exactly.
        let part = |at: usize| f64::from(u16::from_be_bytes([hash.0[at], hash.0[at + 1]]) >> 4) / 4_096.0;
        (node.crop.rect.x, node.crop.rect.y) = (part(0) / 2.0, part(2) / 2.0);
        (node.crop.rect.width, node.crop.rect.height) = (part(4) / 2.0, part(6) / 2.0);
        node.file_name = format!("DSC_{n:05}.jpg");
        node
    };
    order.lines = (1..=500)
        .map(|no| OrderLine { no, nodes: (0..pictures).map(other).collect(), ..line.clone() })
        .collect();
    order
}

#[tokio::test]
async fn an_order_of_500_units_of_8_is_kept_in_pieces() {
    let Some(host) = support::host().await else { return };
    let (home, lab, book) =
        (MachineId::from_bytes(sample::bytes()), LabId::from_bytes(sample::bytes()), &host.ports.orders);
    let order = order(&host, 8, home).await;
    let (secret, key) = (sample::text("s"), sample::text("k"));
    assert_eq!(book.place(&order, &secret, &key, "d").await.unwrap(), Placed::New);
    // Not assert_eq: nobody reads 4,000 pictures in a failure.
    assert!(book.order_by_secret(&secret).await.unwrap().unwrap() == order);
    assert!(book.orders(order.studio, None, 10).await.unwrap().items == [order.clone()]);
    let approved = sample::approve(&host, &order, &[lab]).await;
    assert!(book.order(order.id).await.unwrap().unwrap() == approved);
    let sent = book.part_arrived(order.id, lab, 1, home, Millis(20_000)).await.unwrap();
    assert!(matches!(sent, PartArrived::Complete(_)), "{sent:?}");
    assert_eq!(book.order(order.id).await.unwrap().unwrap().revision, approved.revision + 1);
}

#[tokio::test]
async fn an_order_from_too_many_computers_says_so() {
    let Some(host) = support::host().await else { return };
    let homes: Vec<MachineId> = (0..26).map(|_| MachineId::from_bytes(sample::bytes())).collect();
    let studio = sample::studio(&host).await;
    let refused = host.ports.orders.place(&sample::order(studio, &homes), "s", &sample::text("k"), "d").await;
    assert!(
        matches!(&refused, Err(PortError::Invalid { why, .. }) if why.contains("26 computers")),
        "{refused:?}"
    );
    let most = sample::order(studio, &homes[1..]);
    assert_eq!(
        host.ports.orders.place(&most, &sample::text("s"), &sample::text("k"), "d").await.unwrap(),
        Placed::New
    );
    assert_eq!(host.ports.orders.jobs(most.id).await.unwrap().len(), 25);
}

#[tokio::test]
async fn a_picture_of_a_whole_school_belongs_to_everybody_in_it() {
    let Some(host) = support::host().await else { return };
    let (photos, gallery) = (&host.ports.photos, GalleryId::from_bytes(sample::bytes()));
    let school: Vec<SubjectId> = (0..200).map(|_| sample::subject()).collect();
    let photo = Photo { subjects: school.clone(), ..sample::photo(gallery, 1) };
    sample::publish(&host, std::slice::from_ref(&photo)).await;
    let seen = async |scope: &Scope| {
        let filter = Default::default();
        let request =
            PhotoRequest { gallery, scope, filter: &filter, favourites_of: None, cursor: None, limit: 10 };
        let page = photos.page(request.clone()).await.unwrap().items.len() as u64;
        assert_eq!(photos.total(request).await.unwrap(), page);
        page
    };
    for child in [school[0], school[199]] {
        assert_eq!(seen(&sample::only(&[child])).await, 1);
    }
    // A scope of very many, too.
    assert_eq!(seen(&sample::only(&school)).await, 1);
    // Half of them turn out not to be in it, and it was taken at another time.
    let newer = Photo {
        seq: 2,
        subjects: school[..100].to_vec(),
        captured_at: Some("2026-05-02T11:00:00".into()),
        ..photo.clone()
    };
    assert_eq!(photos.apply(gallery, &[PhotoChange::Publish(newer)]).await.unwrap(), [Applied::Yes]);
    assert_eq!([seen(&sample::only(&[school[0]])).await, seen(&sample::only(&[school[199]])).await], [1, 0]);
    let withdraw = PhotoChange::Withdraw { gallery, photo: photo.id, seq: 3 };
    photos.apply(gallery, &[withdraw]).await.unwrap();
    assert_eq!(seen(&sample::only(&school[..3])).await, 0);
}
