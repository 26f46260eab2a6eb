//! Grants for renditions and batch records, and what became of a batch.

use bytes::Bytes;
use domain::{
    hash::Sha256,
    id::{BatchId, PhotoId},
    object_key,
    photo::RenditionKind,
};
use ports::photo_index::StoredOutcome;
use serde_json::{Value, json};
use wire::{
    publish::{BatchOutcome, Grant, Grants},
    route::{self, fill},
};

use crate::world::*;

const PHOTO: PhotoId = PhotoId::from_bytes([1; 16]);
const BATCH: BatchId = BatchId::from_bytes([0xBA; 16]);

fn file(kind: &str, length: u64) -> Value {
    json!({"photo": PHOTO, "kind": kind, "sha256": Sha256::of(b"jpeg"), "length": length})
}

#[tokio::test]
async fn renditions_are_granted_under_computed_keys() {
    let world = World::new().await;
    world.gallery().await;
    let path = fill(route::STUDIO_GRANTS, &[&GALLERY]);
    let ask = json!({"files": [file("proof", 4), file("thumbnail", 4)]});
    let grants: Grants = world.call("POST", &path, &world.a1.token, &ask).await.ok();
    let secret = &world.ports.secrets.object_key;
    let key = |kind| object_key::rendition(secret, GALLERY, PHOTO, kind, &Sha256::of(b"jpeg"));
    let keys: Vec<&str> = grants.grants.iter().map(|g| g.key.as_str()).collect();
    assert_eq!(keys, [key(RenditionKind::Proof), key(RenditionKind::Thumbnail)]);
    for grant in &grants.grants {
        assert_eq!(grant.method, "PUT");
        assert!(grant.url.contains(&grant.key));
        assert!(grant.expires_at > NOW && grant.expires_at <= NOW + 15 * 60_000);
        assert!(
            grant.headers.iter().any(|(n, v)| n.eq_ignore_ascii_case("content-type") && v == "image/jpeg")
        );
    }
}

#[tokio::test]
async fn grants_are_limited_in_number_and_length() {
    let world = World::new().await;
    world.gallery().await;
    let path = fill(route::STUDIO_GRANTS, &[&GALLERY]);
    let ask =
        async |files: Vec<Value>| world.call("POST", &path, &world.a1.token, &json!({"files": files})).await;
    ask(vec![file("proof", 4); 51]).await.refused(400, "too_many");
    ask(vec![file("proof", 4); 50]).await.ok::<Grants>();
    for (kind, length) in [("proof", 0), ("proof", 8 * 1024 * 1024 + 1), ("thumbnail", 1024 * 1024 + 1)] {
        let problem = ask(vec![file(kind, length)]).await.refused(400, "bad_length");
        assert!(problem.message.contains(kind), "{}", problem.message);
    }
    ask(vec![file("original", 4)]).await.refused(400, "unreadable_body");
}

#[tokio::test]
async fn closed_galleries_take_no_photos() {
    let world = World::new().await;
    world.gallery().await;
    let revision = world.ports.galleries.gallery(GALLERY).await.unwrap().unwrap().revision;
    let close = json!({"name": "Wedding", "state": "closed", "revision": revision});
    world.call("PUT", &fill(route::STUDIO_GALLERY, &[&GALLERY]), &world.a1.token, &close).await.ok::<Value>();
    let path = fill(route::STUDIO_GRANTS, &[&GALLERY]);
    world.call("POST", &path, &world.a1.token, &json!({"files": []})).await.refused(409, "gallery_closed");
    let path = fill(route::STUDIO_BATCH_GRANT, &[&GALLERY, &BATCH]);
    let ask = json!({"sha256": Sha256::of(b"x"), "length": 1});
    world.call("POST", &path, &world.a1.token, &ask).await.refused(409, "gallery_closed");
}

#[tokio::test]
async fn a_batch_record_has_its_place_and_limit() {
    let world = World::new().await;
    world.gallery().await;
    let path = fill(route::STUDIO_BATCH_GRANT, &[&GALLERY, &BATCH]);
    let ask = json!({"sha256": Sha256::of(b"x"), "length": 1000});
    let grant: Grant = world.call("POST", &path, &world.a2.token, &ask).await.ok();
    assert_eq!(grant.key, object_key::batch(STUDIO_A, world.a2.id, GALLERY, BATCH));
    for length in [0, 4 * 1024 * 1024 + 1] {
        let ask = json!({"sha256": Sha256::of(b"x"), "length": length});
        world.call("POST", &path, &world.a1.token, &ask).await.refused(400, "bad_length");
    }
}

#[tokio::test]
async fn a_batch_is_pending_until_its_outcome_is_there() {
    let world = World::new().await;
    world.gallery().await;
    let path = fill(route::STUDIO_BATCH, &[&GALLERY, &BATCH]);
    let outcome = async || world.get(&path, &world.a1.token).await;
    assert_eq!(outcome().await.ok::<BatchOutcome>(), BatchOutcome::Pending);
    let stored = StoredOutcome {
        applied: vec![PHOTO],
        stale: vec![],
        rejected: vec![(PhotoId::from_bytes([2; 16]), "no pixels".into())],
        failed: None,
    };
    world.ports.photos.put_outcome(BATCH, &stored).await.unwrap();
    // Without a record of this machine it is somebody else's batch.
    outcome().await.refused(404, "not_found");
    let key = object_key::batch(STUDIO_A, world.a1.id, GALLERY, BATCH);
    world.ports.blobs.put_new(&key, Bytes::from_static(b"{}"), "application/json").await.unwrap();
    let BatchOutcome::Done { applied, rejected, .. } = outcome().await.ok() else { panic!("not done") };
    assert_eq!(applied, [PHOTO]);
    assert_eq!(rejected[0].why, "no pixels");
    world.get(&path, &world.a2.token).await.refused(404, "not_found");

    let failed = BatchId::from_bytes([0xBB; 16]);
    let why =
        StoredOutcome { applied: vec![], stale: vec![], rejected: vec![], failed: Some("broken".into()) };
    world.ports.photos.put_outcome(failed, &why).await.unwrap();
    let key = object_key::batch(STUDIO_A, world.a1.id, GALLERY, failed);
    world.ports.blobs.put_new(&key, Bytes::from_static(b"{}"), "application/json").await.unwrap();
    let answer: BatchOutcome =
        world.get(&fill(route::STUDIO_BATCH, &[&GALLERY, &failed]), &world.a1.token).await.ok();
    assert_eq!(answer, BatchOutcome::Failed { why: "broken".into() });
}
