//! Grants, used as their holders use them.

use std::time::Duration;

use bytes::Bytes;
use domain::hash::Sha256;
use futures_util::future::join_all;

use super::{Host, sample};
use crate::blobs::{PartGrant, PutGrant, SignedRequest, StoredPart, WholeObject};

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

pub async fn a_browser_saves_the_file_under_its_name(host: &Host) {
    let key = sample::text("digital/o/1/1/m");
    host.ports.blobs.put_new(&key, Bytes::from_static(BYTES), "image/jpeg").await.unwrap();
    let name = "Zoë & Ada.jpg";
    let request = host.ports.grants.download(&key, name, Duration::from_secs(2)).await.unwrap();
    assert_eq!(host.holder.get(&request).await, (200, Bytes::from_static(BYTES)));
    assert!(request.url.contains("Ada"), "{}", request.url);
    let renamed = SignedRequest { url: request.url.replace("Ada", "Eve"), ..request.clone() };
    assert_eq!(host.holder.get(&renamed).await.0, 403, "the name is the host's word too");
    host.pass(3_000).await;
    assert_eq!(host.holder.get(&request).await.0, 403);
}

/// The smallest part S3 takes, but for the last.
const PART: usize = 5 * 1024 * 1024;

pub async fn an_upload_in_parts_goes_on_where_it_was(host: &Host) {
    let key = format!("{}.jpg", sample::text("relay/large/"));
    let whole: Vec<u8> = (0..2 * PART + 1_000).map(|n| (n / 7) as u8).collect();
    let parts: Vec<StoredPart> = (1u32..)
        .zip(whole.chunks(PART))
        .map(|(number, bytes)| StoredPart { number, length: bytes.len() as u64, sha256: Sha256::of(bytes) })
        .collect();
    let grants = &host.ports.grants;
    let upload = grants.begin_parts(&key, "image/jpeg").await.unwrap();
    let send = async |part: &StoredPart, bytes: &[u8]| {
        let grant = PartGrant {
            key: &key,
            upload: &upload,
            number: part.number,
            length: part.length,
            sha256: &part.sha256,
            lifetime: Duration::from_secs(60),
        };
        let request = grants.put_part(grant).await.unwrap();
        host.holder.put(&request, Bytes::copy_from_slice(bytes)).await
    };
    let finish = async |parts: &[StoredPart]| {
        let (length, sha256) = (whole.len() as u64, Sha256::of(&whole));
        let content_type = "image/jpeg";
        let whole = WholeObject { key: &key, upload: &upload, length, content_type, sha256: &sha256, parts };
        grants.finish_parts(whole).await
    };
    assert_eq!(grants.parts(&key, &upload).await.unwrap(), Some(vec![]));
    assert!(stored(send(&parts[1], &whole[PART..2 * PART]).await));
    // Another part's bytes are refused, and the one that is there is known.
    assert!((400..500).contains(&send(&parts[0], &whole[PART..2 * PART]).await));
    assert_eq!(grants.parts(&key, &upload).await.unwrap(), Some(vec![parts[1].clone()]));
    assert!(finish(&parts).await.is_err(), "two parts are missing");
    assert_eq!(host.ports.blobs.head(&key).await.unwrap(), None);
    assert!(stored(send(&parts[0], &whole[..PART]).await));
    assert!(stored(send(&parts[2], &whole[2 * PART..]).await));
    assert!(finish(&parts).await.unwrap());
    let info = host.ports.blobs.head(&key).await.unwrap().unwrap();
    assert_eq!((info.length, info.content_type.as_str()), (whole.len() as u64, "image/jpeg"));
    assert_eq!(host.ports.blobs.get(&key).await.unwrap().unwrap(), whole);
    assert_eq!(grants.parts(&key, &upload).await.unwrap(), None, "the upload is over");
    // What is there stays: another upload of it changes nothing.
    let second = grants.begin_parts(&key, "image/jpeg").await.unwrap();
    assert!(grants.parts(&key, &second).await.unwrap().is_none_or(|parts| parts.is_empty()));
}
