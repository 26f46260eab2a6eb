//! Grants, used as their holders use them.

use std::time::Duration;

use bytes::Bytes;
use domain::hash::Sha256;
use futures_util::future::join_all;

use super::{Host, sample};
use crate::blobs::{PutGrant, SignedRequest};

const BYTES: &[u8] = b"exactly these bytes";

async fn grant(host: &Host, key: &str) -> SignedRequest {
    let grant = PutGrant {
        key,
        length: BYTES.len() as u64,
        content_type: "image/jpeg",
        sha256: &Sha256::of(BYTES),
        lifetime: Duration::from_secs(2),
    };
    host.ports.grants.put(grant).await.unwrap()
}

fn stored(status: u16) -> bool {
    matches!(status, 200 | 201)
}

async fn refused(host: &Host, key: &str, request: &SignedRequest, body: &'static [u8]) {
    let status = host.holder.put(request, Bytes::from_static(body)).await;
    assert!((400..500).contains(&status), "status {status}");
    assert_eq!(host.ports.blobs.head(key).await.unwrap(), None, "something was stored");
}

pub async fn the_granted_bytes_are_stored_once(host: &Host) {
    let key = sample::text("img/g");
    let request = grant(host, &key).await;
    assert_eq!(request.method, "PUT");
    assert!(request.expires_at > host.now());
    assert!(stored(host.holder.put(&request, Bytes::from_static(BYTES)).await));
    assert_eq!(host.ports.blobs.get(&key).await.unwrap().unwrap(), BYTES);
    let info = host.ports.blobs.head(&key).await.unwrap().unwrap();
    assert_eq!((info.length, info.sha256), (BYTES.len() as u64, Some(Sha256::of(BYTES))));
    assert_eq!(info.content_type, "image/jpeg");
    assert_eq!(host.holder.put(&request, Bytes::from_static(BYTES)).await, 412);
    // A new grant for the same key meets the same object.
    let again = grant(host, &key).await;
    assert_eq!(host.holder.put(&again, Bytes::from_static(BYTES)).await, 412);
}

pub async fn other_bytes_are_refused(host: &Host) {
    let key = sample::text("img/g");
    let request = grant(host, &key).await;
    refused(host, &key, &request, b"exactly other bytes").await;
    assert!(stored(host.holder.put(&request, Bytes::from_static(BYTES)).await), "the right ones still may");
}

pub async fn more_or_fewer_bytes_are_refused(host: &Host) {
    let key = sample::text("img/g");
    let request = grant(host, &key).await;
    refused(host, &key, &request, b"exactly these bytes and more").await;
    refused(host, &key, &request, b"exactly").await;
    refused(host, &key, &request, b"").await;
}

pub async fn another_type_is_refused(host: &Host) {
    let key = sample::text("img/g");
    let mut request = grant(host, &key).await;
    let header = request.headers.keys().find(|k| k.eq_ignore_ascii_case("content-type")).cloned();
    let header = header.expect("a grant names the content type it is for");
    request.headers.insert(header, "text/html".into());
    refused(host, &key, &request, BYTES).await;
}

pub async fn another_key_is_refused(host: &Host) {
    let (key, other) = (sample::text("img/g"), sample::text("img/g"));
    let mut request = grant(host, &key).await;
    request.url = request.url.replace(&key, &other);
    refused(host, &other, &request, BYTES).await;
}

pub async fn a_late_upload_is_refused(host: &Host) {
    let key = sample::text("img/g");
    let request = grant(host, &key).await;
    host.pass(3_000).await;
    refused(host, &key, &request, BYTES).await;
}

pub async fn two_uploads_at_once_store_one(host: &Host) {
    let key = sample::text("img/g");
    let request = grant(host, &key).await;
    let statuses = join_all((0..6).map(|_| host.holder.put(&request, Bytes::from_static(BYTES)))).await;
    assert_eq!(statuses.iter().filter(|s| stored(**s)).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|s| stored(*s) || matches!(s, 409 | 412)), "{statuses:?}");
    assert_eq!(host.ports.blobs.get(&key).await.unwrap().unwrap(), BYTES);
}

pub async fn a_download_gives_the_bytes_until_it_ends(host: &Host) {
    let (key, other) = (sample::text("relay/g"), sample::text("relay/g"));
    for key in [&key, &other] {
        host.ports.blobs.put_new(key, Bytes::from_static(BYTES), "image/jpeg").await.unwrap();
    }
    let request = host.ports.grants.get(&key, Duration::from_secs(2)).await.unwrap();
    assert_eq!(host.holder.get(&request).await, (200, Bytes::from_static(BYTES)));
    let moved = SignedRequest { url: request.url.replace(&key, &other), ..request.clone() };
    assert_eq!(host.holder.get(&moved).await.0, 403);
    assert_eq!(host.holder.put(&request, Bytes::from_static(BYTES)).await / 100, 4, "reading is not writing");
    host.pass(3_000).await;
    assert_eq!(host.holder.get(&request).await.0, 403);
}
