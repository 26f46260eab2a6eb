//! Objects.

use bytes::Bytes;
use domain::hash::Sha256;
use futures_util::future::join_all;

use super::{Host, sample};

pub async fn the_first_bytes_under_a_key_stay(host: &Host) {
    let (blobs, key) = (&host.ports.blobs, sample::text("img/x"));
    assert_eq!(blobs.get(&key).await.unwrap(), None);
    assert_eq!(blobs.head(&key).await.unwrap(), None);
    assert!(blobs.put_new(&key, Bytes::from_static(b"first"), "image/jpeg").await.unwrap());
    assert!(!blobs.put_new(&key, Bytes::from_static(b"other"), "text/plain").await.unwrap());
    assert_eq!(blobs.get(&key).await.unwrap().unwrap(), b"first"[..]);
    let info = blobs.head(&key).await.unwrap().unwrap();
    assert_eq!((info.key.as_str(), info.length, info.content_type.as_str()), (key.as_str(), 5, "image/jpeg"));
    assert_eq!(info.sha256, Some(Sha256::of(b"first")));
}

pub async fn only_one_of_many_writers_stores(host: &Host) {
    let key = sample::text("img/x");
    let write = |n: u8| host.ports.blobs.put_new(&key, Bytes::from(vec![n; 100_000]), "image/jpeg");
    let stored = join_all((0..8).map(write)).await;
    assert_eq!(stored.iter().filter(|s| *s.as_ref().unwrap()).count(), 1);
    let bytes = host.ports.blobs.get(&key).await.unwrap().unwrap();
    assert!(bytes.len() == 100_000 && bytes.iter().all(|b| *b == bytes[0]), "mixed bytes");
}

pub async fn deleting_is_repeatable(host: &Host) {
    let (blobs, key) = (&host.ports.blobs, sample::text("relay/x"));
    blobs.put_new(&key, Bytes::from_static(b"a"), "image/jpeg").await.unwrap();
    let keys = [key.clone(), sample::text("relay/never")];
    blobs.delete(&keys).await.unwrap();
    blobs.delete(&keys).await.unwrap();
    assert_eq!(blobs.get(&key).await.unwrap(), None);
    assert!(blobs.put_new(&key, Bytes::from_static(b"b"), "image/jpeg").await.unwrap(), "the name is free");
}

pub async fn listings_page_by_prefix(host: &Host) {
    let (blobs, folder) = (&host.ports.blobs, sample::text("relay/f"));
    let mut expected = Vec::new();
    for n in 0..7 {
        let key = format!("{folder}/{n}.jpg");
        blobs.put_new(&key, Bytes::from_static(b"a"), "image/jpeg").await.unwrap();
        expected.push(key);
    }
    blobs.put_new(&format!("{folder}0/not.jpg"), Bytes::from_static(b"a"), "image/jpeg").await.unwrap();
    let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = blobs.list(&format!("{folder}/"), cursor.as_deref(), 3).await.unwrap();
        assert!(page.items.len() <= 3);
        found.extend(page.items.into_iter().map(|o| o.key));
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((found, pages), (expected, 3));
}
