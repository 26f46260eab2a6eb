//! A presigned upload is for one object: every other use of it is refused by the store itself.

use std::time::Duration;

use bytes::Bytes;
use domain::hash::Sha256;
use ports::{
    blobs::{PutGrant, SignedRequest},
    contract::{Host, sample},
};

use crate::support;

const BYTES: &[u8] = b"exactly these bytes";
const OTHER: &[u8] = b"exactly other bytes";

async fn grant(host: &Host, key: &str) -> SignedRequest {
    let (length, sha256) = (BYTES.len() as u64, Sha256::of(BYTES));
    let lifetime = Duration::from_secs(2);
    let grant = PutGrant { key, length, content_type: "image/jpeg", sha256: &sha256, lifetime };
    host.ports.grants.put(grant).await.unwrap()
}

/// Refused with this status, and nothing is stored.
async fn refused(host: &Host, key: &str, request: &SignedRequest, body: &'static [u8], status: u16) {
    assert_eq!(host.holder.put(request, Bytes::from_static(body)).await, status);
    assert_eq!(host.ports.blobs.head(key).await.unwrap(), None, "something was stored");
}

fn with(request: &SignedRequest, header: &str, value: &str) -> SignedRequest {
    let mut changed = request.clone();
    assert!(changed.headers.insert(header.into(), value.into()).is_some(), "{header} is not in the grant");
    changed
}

#[tokio::test]
async fn everything_that_matters_is_signed() {
    let Some(host) = support::host().await else { return };
    let request = grant(&host, &sample::text("img/g")).await;
    let names =
        "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256";
    assert!(request.url.contains(names), "{}", request.url);
    assert_eq!(request.headers["if-none-match"], "*");
    assert_eq!(request.headers["x-amz-checksum-sha256"], Sha256::of(BYTES).base64());
    let sent: Vec<&str> = request.headers.keys().map(String::as_str).collect();
    assert_eq!(
        sent,
        ["content-type", "if-none-match", "x-amz-checksum-sha256"],
        "nothing else is asked of a client"
    );
}

#[tokio::test]
async fn a_changed_key_is_refused() {
    let Some(host) = support::host().await else { return };
    let (key, other) = (sample::text("img/g"), sample::text("img/g"));
    let mut request = grant(&host, &key).await;
    request.url = request.url.replace(&key, &other);
    refused(&host, &other, &request, BYTES, 403).await;
}

#[tokio::test]
async fn a_longer_body_is_refused() {
    let Some(host) = support::host().await else { return };
    let key = sample::text("img/g");
    let request = grant(&host, &key).await;
    refused(&host, &key, &request, b"exactly these bytes and more", 403).await;
}

#[tokio::test]
async fn another_type_is_refused() {
    let Some(host) = support::host().await else { return };
    let key = sample::text("img/g");
    let request = with(&grant(&host, &key).await, "content-type", "text/html");
    refused(&host, &key, &request, BYTES, 403).await;
}

#[tokio::test]
async fn another_hash_is_refused() {
    let Some(host) = support::host().await else { return };
    let key = sample::text("img/g");
    let request = grant(&host, &key).await;
    // The granted hash does not fit the bytes, and the fitting hash does not fit the signature.
    refused(&host, &key, &request, OTHER, 400).await;
    let lying = with(&request, "x-amz-checksum-sha256", &Sha256::of(OTHER).base64());
    refused(&host, &key, &lying, OTHER, 403).await;
}

#[tokio::test]
async fn a_second_upload_is_refused() {
    let Some(host) = support::host().await else { return };
    let key = sample::text("img/g");
    let request = grant(&host, &key).await;
    let put = async |request: &SignedRequest| host.holder.put(request, Bytes::from_static(BYTES)).await;
    assert_eq!(put(&request).await, 200);
    assert_eq!(put(&request).await, 412);
    // Leaving the condition away does not help: it is signed.
    let mut unconditional = request.clone();
    unconditional.headers.remove("if-none-match");
    assert_eq!(put(&unconditional).await, 403);
    assert_eq!(host.ports.blobs.get(&key).await.unwrap().unwrap(), BYTES);
}

#[tokio::test]
async fn an_expired_grant_is_refused() {
    let Some(host) = support::host().await else { return };
    let key = sample::text("img/g");
    let request = grant(&host, &key).await;
    host.pass(3_100).await;
    refused(&host, &key, &request, BYTES, 403).await;
}

#[tokio::test]
async fn what_needs_multipart_is_not_granted() {
    let Some(host) = support::host().await else { return };
    let sha256 = Sha256::of(BYTES);
    let (key, length) = (sample::text("relay/g"), 64 * 1024 * 1024 + 1);
    let lifetime = Duration::from_secs(60);
    let grant = PutGrant { key: &key, length, content_type: "image/jpeg", sha256: &sha256, lifetime };
    assert!(matches!(host.ports.grants.put(grant).await, Err(ports::PortError::Invalid { .. })));
}
