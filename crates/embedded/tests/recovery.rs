//! What a crash or a restart must not lose, and what failed for good.

#![allow(clippy::unwrap_used, reason = "a failure in a test is to be loud")]

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use darkslide_embedded::{EventKind, Store};
use domain::id::{GalleryId, MachineId};
use ports::{Clock, clock::TestClock, queues::QueueName};

fn open(folder: &Path, clock: &Arc<TestClock>) -> Store {
    let secrets = darkslide_embedded::load_secrets(folder)
        .or_else(|_| darkslide_embedded::create_secrets(folder, "http://127.0.0.1"))
        .unwrap();
    let clock: Arc<dyn Clock> = clock.clone();
    Store::open(folder, Arc::new(secrets), clock).unwrap()
}

fn batch_key(n: u8) -> String {
    domain::object_key::batch(
        domain::id::StudioId::from_bytes([n; 16]),
        MachineId::from_bytes([n; 16]),
        GalleryId::from_bytes([n; 16]),
        domain::id::BatchId::from_bytes([n; 16]),
    )
}

#[tokio::test]
async fn an_event_outlives_the_process_that_wrote_it() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(TestClock::at(1_000)));
    let store = open(folder.path(), &clock);
    store.ports().blobs.put_new(&batch_key(1), Bytes::from_static(b"{}"), "application/json").await.unwrap();
    store.ports().blobs.put_new("img/g/x", Bytes::from_static(b"x"), "image/jpeg").await.unwrap();
    drop(store);
    let store = open(folder.path(), &clock);
    let due = store.events_due(EventKind::BatchStored, 10).await.unwrap();
    assert_eq!(due.iter().map(|e| e.key.clone()).collect::<Vec<_>>(), [batch_key(1)]);
    assert!(store.events_due(EventKind::ManifestStored, 10).await.unwrap().is_empty());
    store.event_done(due[0].id).await.unwrap();
    assert!(store.events_due(EventKind::BatchStored, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_fails_is_tried_later_and_parked_in_the_end() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(TestClock::at(1_000)));
    let store = open(folder.path(), &clock);
    store.ports().blobs.put_new(&batch_key(1), Bytes::from_static(b"{}"), "application/json").await.unwrap();
    let mut tries = 0;
    loop {
        let due = store.events_due(EventKind::BatchStored, 10).await.unwrap();
        let parked = store.event_failed(due[0].id, "the disk is full", true).await.unwrap();
        assert!(store.events_due(EventKind::BatchStored, 10).await.unwrap().is_empty(), "it waits");
        tries += 1;
        clock.advance(3_600_000);
        if parked {
            break;
        }
    }
    let dead = store.dead_letters(10).await.unwrap();
    assert_eq!((dead.len(), dead[0].tries, tries), (1, 12, 12));
    assert_eq!(
        (dead[0].body.as_str(), dead[0].error.as_deref()),
        (batch_key(1).as_str(), Some("the disk is full"))
    );
    // What cannot get better is parked at once.
    store.ports().blobs.put_new(&batch_key(2), Bytes::from_static(b"{}"), "application/json").await.unwrap();
    let due = store.events_due(EventKind::BatchStored, 10).await.unwrap();
    assert!(store.event_failed(due[0].id, "nonsense", false).await.unwrap());
    assert_eq!(store.dead_letters(10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_interrupted_upload_leaves_nothing_and_may_begin_anew() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(TestClock::at(1_000)));
    let store = open(folder.path(), &clock);
    // A crash after the rename and before the record: the file is there, and nobody knows it.
    std::fs::create_dir_all(folder.path().join("objects/img/g")).unwrap();
    std::fs::write(folder.path().join("objects/img/g/x"), "half").unwrap();
    std::fs::write(folder.path().join("objects.tmp/abandoned"), "half").unwrap();
    assert_eq!(store.sweep_uploads().unwrap(), 1);
    let blobs = store.ports().blobs;
    assert_eq!(blobs.get("img/g/x").await.unwrap(), None);
    assert!(blobs.put_new("img/g/x", Bytes::from_static(b"whole"), "image/jpeg").await.unwrap());
    assert_eq!(blobs.get("img/g/x").await.unwrap().unwrap(), b"whole"[..]);
    for hostile in ["../x", "img/../../x", "/etc/passwd", "img//x", "img/.x", ""] {
        assert!(blobs.put_new(hostile, Bytes::from_static(b"x"), "image/jpeg").await.is_err(), "{hostile:?}");
        assert!(blobs.get(hostile).await.is_err() || blobs.get(hostile).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_doorbell_nobody_heard_rings_once() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(TestClock::at(1_000)));
    let queues = open(folder.path(), &clock).ports().queues;
    let queue = QueueName::Machine(MachineId::from_bytes([1; 16]));
    for _ in 0..500 {
        queues.send(queue, "same").await.unwrap();
    }
    let zero = std::time::Duration::ZERO;
    let hidden = std::time::Duration::from_secs(60);
    assert_eq!(queues.receive(queue, 10, zero, hidden).await.unwrap().len(), 1);
    // Once it was heard, a new ring is news.
    queues.send(queue, "same").await.unwrap();
    assert_eq!(queues.receive(queue, 10, zero, hidden).await.unwrap().len(), 1);
}

#[tokio::test]
async fn erasures_are_noted_outside_the_database() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(TestClock::at(1_000)));
    let store = open(folder.path(), &clock);
    let gallery = GalleryId::from_bytes([6; 16]);
    store.ports().photos.erase(gallery).await.unwrap();
    let noted =
        darkslide_embedded::read_erased(&folder.path().join(darkslide_embedded::ERASED_FILE)).unwrap();
    assert_eq!(noted, [gallery].into());
}
