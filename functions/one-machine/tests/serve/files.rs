//! Granted files over HTTP.

use std::time::Duration;

use crate::support::Running;
use domain::{
    hash::Sha256,
    id::{BatchId, GalleryId, MachineId, StudioId},
    object_key,
};
use ports::blobs::{PutGrant, SignedRequest};

async fn grant(host: &Running, key: &str, bytes: &[u8]) -> SignedRequest {
    let grant = PutGrant {
        key,
        length: bytes.len() as u64,
        content_type: "image/jpeg",
        sha256: &Sha256::of(bytes),
        lifetime: Duration::from_secs(60),
    };
    host.ports.grants.put(grant).await.unwrap()
}

async fn put(host: &Running, request: &SignedRequest, bytes: Vec<u8>) -> reqwest::Response {
    let mut put = host.http.put(host.url(&request.url)).body(bytes);
    for (name, value) in &request.headers {
        put = put.header(name, value);
    }
    put.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn granted_bytes_go_up_once_and_come_down_whole_or_from_the_middle() {
    let host = Running::start().await;
    let bytes: Vec<u8> = (0..3_000_000u32).map(|n| (n * 31 % 251) as u8).collect();
    let request = grant(&host, "relay/x/1.jpg", &bytes).await;
    assert_eq!(put(&host, &request, bytes.clone()).await.status(), 201);
    let again = put(&host, &request, bytes.clone()).await;
    assert_eq!(again.status(), 412);
    assert!(again.text().await.unwrap().contains("there_already"));
    let get = host.ports.grants.get("relay/x/1.jpg", Duration::from_secs(60)).await.unwrap();
    let whole = host.get(&get.url).await;
    assert_eq!(whole.headers()["content-length"], "3000000");
    assert_eq!(whole.bytes().await.unwrap(), bytes);
    let rest = host.http.get(host.url(&get.url)).header("range", "bytes=2999990-").send().await.unwrap();
    assert_eq!(
        (rest.status().as_u16(), rest.headers()["content-range"].to_str().unwrap()),
        (206, "bytes 2999990-2999999/3000000")
    );
    assert_eq!(rest.bytes().await.unwrap(), bytes[2_999_990..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_granted_is_refused_with_a_reason() {
    let host = Running::start().await;
    let request = grant(&host, "img/g/a", b"right").await;
    for (bytes, status) in [(&b"wrong"[..], 400), (b"far too long", 413), (b"", 400)] {
        assert_eq!(put(&host, &request, bytes.to_vec()).await.status(), status, "{bytes:?}");
    }
    let climbing = request.url.replace("img/g/a", "img/../../x");
    let status = host.http.put(host.url(&climbing)).body("right").send().await.unwrap().status();
    assert!(status.is_client_error());
    assert_eq!(host.http.put(host.url("/files/img/g/a")).body("right").send().await.unwrap().status(), 403);
    assert_eq!(host.get("/files/img/g/a?exp=9999999999999&sig=x").await.status(), 403);
    assert_eq!(host.ports.blobs.head("img/g/a").await.unwrap(), None);
    assert_eq!(put(&host, &request, b"right".to_vec()).await.status(), 201);
}

/// A record that says nonsense still gets an outcome, which shows that the event reached its function.
#[tokio::test(flavor = "multi_thread")]
async fn a_stored_batch_record_is_indexed_without_being_asked() {
    let host = Running::start().await;
    let batch = BatchId::from_bytes([9; 16]);
    let key = object_key::batch(
        StudioId::from_bytes([1; 16]),
        MachineId::from_bytes([2; 16]),
        GalleryId::from_bytes([3; 16]),
        batch,
    );
    let request = grant(&host, &key, b"{\"not\":\"a record\"}").await;
    assert_eq!(put(&host, &request, b"{\"not\":\"a record\"}".to_vec()).await.status(), 201);
    let outcome = async {
        loop {
            if let Some(outcome) = host.ports.photos.outcome(batch).await.unwrap() {
                return outcome;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let outcome = tokio::time::timeout(Duration::from_secs(10), outcome).await.unwrap();
    assert!(outcome.failed.is_some(), "{outcome:?}");
}
