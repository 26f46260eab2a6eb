//! Batch records against the embedded ports: what becomes visible, what is left out and why.
#![expect(clippy::unwrap_used, reason = "what a test prepares must work")]

use std::sync::Arc;

use bytes::Bytes;
use darkslide_index_photos::{HandleError, handle};
use domain::{
    Millis,
    access::Scope,
    gallery::{Gallery, GalleryState, Subject},
    geometry::Size,
    hash::{Sha256, VersionHash},
    id::*,
    object_key,
    photo::RenditionKind,
    studio::{Machine, PublicKey, Signature, Studio},
};
use embedded::Store;
use ports::{Ports, Secrets, clock::TestClock, contract::edge_cache::Recorded, photo_index::StoredOutcome};
use wire::{
    event::ObjectStored,
    publish::{BatchEntry, BatchRecord, MicroRecord, PhotoRecord, RenditionRecord},
};

const NOW: i64 = 1_790_000_000_000;
const STUDIO: StudioId = StudioId::from_bytes([1; 16]);
const MACHINE: MachineId = MachineId::from_bytes([2; 16]);
const GALLERY: GalleryId = GalleryId::from_bytes([3; 16]);
const MIA: SubjectId = SubjectId::from_bytes([4; 16]);
const PROOF: &[u8] = b"proof bytes";

struct Host {
    ports: Ports,
    edge: Arc<Recorded>,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

impl Host {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(NOW));
        let key = |text: &str| text.as_bytes().to_vec();
        let secrets = Secrets {
            code_hash: key("c"),
            object_key: key("o"),
            session: key("s"),
            grant: key("g"),
            cookie: vec![],
            site: "https://prints.example".into(),
            https: true,
        };
        let ports = Store::open(folder.path(), Arc::new(secrets), clock.clone()).unwrap().ports();
        let edge = Arc::new(Recorded::default());
        let ports = Ports { edge: edge.clone(), ..ports };
        let studio =
            Studio { id: STUDIO, name: "S".into(), suspended: false, key: None, created_at: Millis(NOW) };
        ports.directory.put_studio(&studio).await.unwrap();
        let machine = Machine {
            id: MACHINE,
            studio: STUDIO,
            name: "M".into(),
            device_key: PublicKey([0; 32]),
            certificate: Signature([0; 64]),
            enrolled_at: Millis(NOW),
            last_seen_at: Millis(NOW),
        };
        ports.directory.put_machine(&machine).await.unwrap();
        let gallery = Gallery {
            id: GALLERY,
            studio: STUDIO,
            name: "G".into(),
            state: GalleryState::Open,
            welcome: None,
            price_list: None,
            settings: Default::default(),
            expires_at: None,
            created_at: Millis(NOW),
            revision: 0,
        };
        ports.galleries.put_gallery(&gallery, 0).await.unwrap();
        let mia = Subject { id: MIA, name: "Mia".into(), group: None };
        ports.galleries.put_subjects(GALLERY, &[mia]).await.unwrap();
        Self { ports, edge, clock, _folder: folder }
    }

    async fn upload_proof(&self, photo: PhotoId) {
        let sha = Sha256::of(PROOF);
        let secret = &self.ports.secrets.object_key;
        let key = object_key::rendition(secret, GALLERY, photo, RenditionKind::Proof, &sha);
        self.ports.blobs.put_new(&key, Bytes::from_static(PROOF), "image/jpeg").await.unwrap();
    }

    async fn store(&self, key: &str, bytes: Vec<u8>) {
        self.ports.blobs.put_new(key, Bytes::from(bytes), "application/json").await.unwrap();
    }

    async fn run(&self, record: &BatchRecord) -> StoredOutcome {
        let key = key(record.batch);
        self.store(&key, serde_json::to_vec(record).unwrap()).await;
        handle(ObjectStored { key }, &self.ports).await.unwrap();
        self.ports.photos.outcome(record.batch).await.unwrap().unwrap()
    }

    async fn visible(&self, photo: PhotoId) -> bool {
        self.ports.photos.photo(GALLERY, &Scope::All, photo).await.unwrap().is_some()
    }
}

fn key(batch: BatchId) -> String {
    object_key::batch(STUDIO, MACHINE, GALLERY, batch)
}

fn photo(n: u8) -> PhotoRecord {
    PhotoRecord {
        id: PhotoId::from_bytes([n; 16]),
        version: VersionHash([n; 32]),
        frame: Size::new(6000, 4000),
        file_name: format!("IMG_{n}.jpg"),
        title: Some("Ti\u{202E}tle".into()),
        caption: Some("one\ntwo".into()),
        keywords: vec!["Lake".into(), "lake".into(), " ".into()],
        section: None,
        captured_at: Some("2026-05-30T14:03:00".into()),
        price_group: None,
        subjects: vec![MIA],
        micro: MicroRecord { width: 64, height: 43, scan: vec![1, 2, 0xFF, 0, 3] },
        renditions: vec![RenditionRecord {
            kind: RenditionKind::Proof,
            width: 2048,
            height: 1365,
            length: PROOF.len() as u64,
            sha256: Sha256::of(PROOF),
        }],
    }
}

fn batch(n: u8, entries: Vec<BatchEntry>) -> BatchRecord {
    BatchRecord {
        version: 1,
        batch: BatchId::from_bytes([n; 16]),
        studio: STUDIO,
        machine: MACHINE,
        gallery: GALLERY,
        made_at: NOW,
        entries,
    }
}

fn publish(seq: u64, photo: PhotoRecord) -> BatchEntry {
    BatchEntry::Publish { seq, photo: Box::new(photo) }
}

#[tokio::test]
async fn a_record_makes_its_photos_visible_with_clean_text() {
    let host = Host::new().await;
    host.upload_proof(photo(1).id).await;
    let outcome = host.run(&batch(1, vec![publish(1, photo(1))])).await;
    assert_eq!((outcome.applied, outcome.failed), (vec![photo(1).id], None));
    let stored = host.ports.photos.photo(GALLERY, &Scope::All, photo(1).id).await.unwrap().unwrap();
    assert_eq!((stored.home, stored.studio, stored.seq), (MACHINE, STUDIO, 1));
    assert_eq!(stored.title.as_deref(), Some("Title"));
    assert_eq!(stored.caption.as_deref(), Some("one\ntwo"));
    assert_eq!(stored.keywords, ["Lake"]);
    let scope = Scope::Subjects([MIA].into());
    assert!(host.ports.photos.photo(GALLERY, &scope, stored.id).await.unwrap().is_some());
}

#[tokio::test]
async fn redelivery_and_a_crash_before_the_outcome_change_nothing() {
    let host = Host::new().await;
    host.upload_proof(photo(1).id).await;
    let record = batch(1, vec![publish(1, photo(1))]);
    let first = host.run(&record).await;
    host.clock.advance(1_000);
    handle(ObjectStored { key: key(record.batch) }, &host.ports).await.unwrap();
    assert_eq!(host.ports.photos.outcome(record.batch).await.unwrap(), Some(first));
    // The same entries in a batch without an outcome: as after a crash between applying and saying so.
    let outcome = host.run(&BatchRecord { batch: BatchId::from_bytes([2; 16]), ..record }).await;
    assert_eq!((outcome.applied.len(), outcome.stale.len()), (1, 0));
}

#[tokio::test]
async fn newer_numbers_win_and_withdrawals_stay() {
    let host = Host::new().await;
    host.upload_proof(photo(1).id).await;
    let id = photo(1).id;
    host.run(&batch(1, vec![publish(5, photo(1))])).await;
    let older = PhotoRecord { title: Some("older".into()), ..photo(1) };
    let outcome = host.run(&batch(2, vec![publish(4, older)])).await;
    assert_eq!(outcome.stale, [id]);
    let outcome = host.run(&batch(3, vec![BatchEntry::Withdraw { seq: 6, photo: id }])).await;
    assert_eq!(outcome.applied, [id]);
    assert!(!host.visible(id).await);
    let outcome = host.run(&batch(4, vec![BatchEntry::Withdraw { seq: 6, photo: id }])).await;
    assert_eq!(outcome.applied, [id]);
    // Its pictures went with the withdrawal, so the old entry is refused for them before its number is looked at.
    let outcome = host.run(&batch(5, vec![publish(5, photo(1))])).await;
    assert!(outcome.applied.is_empty());
    assert!(!host.visible(id).await);
    host.upload_proof(id).await;
    let outcome = host.run(&batch(6, vec![publish(5, photo(1))])).await;
    assert_eq!(outcome.stale, [id]);
    assert!(!host.visible(id).await);
}

#[tokio::test]
async fn a_withdrawn_photos_pictures_go_at_once_from_store_and_edges() {
    let host = Host::new().await;
    let [gone, stays] = [photo(1), photo(2)];
    for photo in [&gone, &stays] {
        host.upload_proof(photo.id).await;
    }
    host.run(&batch(1, vec![publish(5, gone.clone()), publish(5, stays.clone())])).await;
    assert_eq!(host.edge.asked(), [], "publishing makes nobody forget anything");
    host.run(&batch(2, vec![BatchEntry::Withdraw { seq: 6, photo: gone.id }])).await;
    let [first, ..] = &host.edge.asked()[..] else { panic!("nobody was asked to forget") };
    assert_eq!((first.0.as_slice(), first.1.contains("bat_")), ([GALLERY].as_slice(), true), "{first:?}");
    let there = async |photo: PhotoId| {
        let key = object_key::rendition(b"o", GALLERY, photo, RenditionKind::Proof, &Sha256::of(PROOF));
        host.ports.blobs.head(&key).await.unwrap().is_some()
    };
    assert_eq!((there(gone.id).await, there(stays.id).await), (false, true));
    // An older withdrawal that comes late takes nothing away.
    host.run(&batch(3, vec![BatchEntry::Withdraw { seq: 4, photo: stays.id }])).await;
    assert!(there(stays.id).await && host.visible(stays.id).await);
    // And what was withdrawn may be published again, when its pixels were sent again.
    let outcome = host.run(&batch(4, vec![publish(7, gone.clone())])).await;
    assert_eq!(outcome.rejected[0].0, gone.id);
    host.upload_proof(gone.id).await;
    assert_eq!(host.run(&batch(5, vec![publish(8, gone.clone())])).await.applied, [gone.id]);
}

#[tokio::test]
async fn bad_photos_are_left_out_one_by_one_with_the_reason() {
    type Change = fn(&mut PhotoRecord);
    let host = Host::new().await;
    let bad: [(&str, Change); 15] = [
        ("frame", |p| p.frame = Size::new(0, 10)),
        ("frame", |p| p.frame = Size::new(70_000, 10)),
        ("micro preview is 0", |p| p.micro.width = 0),
        ("micro preview is 64 × 300", |p| p.micro.height = 300),
        ("0 bytes", |p| p.micro.scan.clear()),
        ("5000 bytes", |p| p.micro.scan = vec![0; 5_000]),
        ("more than a scan", |p| p.micro.scan = vec![1, 0xFF, 0xD9, 2]),
        ("more than a scan", |p| p.micro.scan = vec![1, 0xFF]),
        ("edges", |p| p.renditions[0].width = 2_049),
        ("differs", |p| p.renditions[0].length += 1),
        ("not uploaded", |p| p.renditions[0].sha256 = Sha256::of(b"other")),
        ("not uploaded", |p| p.renditions[0].kind = RenditionKind::Thumbnail),
        ("twice", |p| p.renditions.push(p.renditions[0].clone())),
        ("roster", |p| p.subjects.push(SubjectId::from_bytes([9; 16]))),
        ("time of capture", |p| p.captured_at = Some("2026:05:30 14:03:00".into())),
    ];
    let mut entries = vec![publish(1, photo(100))];
    host.upload_proof(photo(100).id).await;
    for (n, (_, change)) in bad.iter().enumerate() {
        let mut record = photo(n as u8);
        change(&mut record);
        host.upload_proof(record.id).await;
        entries.push(publish(1, record));
    }
    let nameless = PhotoRecord { file_name: "\u{0}\n".into(), ..photo(50) };
    host.upload_proof(nameless.id).await;
    entries.push(publish(1, nameless));
    let outcome = host.run(&batch(1, entries)).await;
    assert_eq!(outcome.applied, [photo(100).id]);
    assert_eq!(outcome.rejected.len(), 16);
    for (n, (words, _)) in bad.iter().enumerate() {
        let (_, why) = outcome.rejected.iter().find(|(id, _)| *id == photo(n as u8).id).unwrap();
        assert!(why.contains(words), "{words}: {why}");
        assert!(!host.visible(photo(n as u8).id).await);
    }
    assert!(outcome.rejected.iter().any(|(_, why)| why.contains("file name")));
}

#[tokio::test]
async fn a_whole_batch_of_a_hundred_is_found_by_listing() {
    let host = Host::new().await;
    let mut entries = Vec::new();
    for n in 0..100 {
        // The last one's pixels never came.
        if n != 99 {
            host.upload_proof(photo(n).id).await;
        }
        entries.push(publish(1, photo(n)));
    }
    let outcome = host.run(&batch(200, entries.clone())).await;
    assert_eq!((outcome.applied.len(), outcome.rejected.len()), (99, 1));
    entries.push(publish(1, photo(101)));
    let outcome = host.run(&batch(201, entries)).await;
    assert!(outcome.failed.unwrap().contains("101 entries"));
}

#[tokio::test]
async fn a_record_that_does_not_fit_its_key_fails_whole() {
    let host = Host::new().await;
    host.upload_proof(photo(1).id).await;
    let good = |n| batch(n, vec![publish(1, photo(1))]);
    let failed = async |stored_as: u8, record: BatchRecord, words: &str| {
        let id = BatchId::from_bytes([stored_as; 16]);
        host.store(&key(id), serde_json::to_vec(&record).unwrap()).await;
        handle(ObjectStored { key: key(id) }, &host.ports).await.unwrap();
        let why = host.ports.photos.outcome(id).await.unwrap().unwrap().failed.unwrap();
        assert!(why.contains(words), "{why}");
        assert!(!host.visible(photo(1).id).await);
    };
    failed(1, good(2), "address").await;
    failed(3, BatchRecord { studio: StudioId::from_bytes([8; 16]), ..good(3) }, "address").await;
    failed(4, BatchRecord { machine: MachineId::from_bytes([8; 16]), ..good(4) }, "address").await;
    failed(5, BatchRecord { gallery: GalleryId::from_bytes([8; 16]), ..good(5) }, "address").await;
    failed(6, BatchRecord { version: 2, ..good(6) }, "version 2").await;
    failed(7, BatchRecord { entries: vec![], ..good(7) }, "0 entries").await;
    let id = BatchId::from_bytes([8; 16]);
    host.store(&key(id), b"{ not json".to_vec()).await;
    handle(ObjectStored { key: key(id) }, &host.ports).await.unwrap();
    let outcome = host.ports.photos.outcome(id).await.unwrap().unwrap();
    assert!(outcome.failed.unwrap().contains("cannot be read"));
}

#[tokio::test]
async fn closed_galleries_and_suspended_studios_take_nothing() {
    let host = Host::new().await;
    host.upload_proof(photo(1).id).await;
    let gallery = host.ports.galleries.gallery(GALLERY).await.unwrap().unwrap();
    let expiring = Gallery { expires_at: Some(Millis(NOW + 5)), ..gallery.clone() };
    let expiring = host.ports.galleries.put_gallery(&expiring, gallery.revision).await.unwrap();
    host.clock.advance(5);
    let outcome = host.run(&batch(1, vec![publish(1, photo(1))])).await;
    assert!(outcome.failed.unwrap().contains("closed"));
    let erased = Gallery { state: GalleryState::Erased, ..expiring.clone() };
    host.ports.galleries.put_gallery(&erased, expiring.revision).await.unwrap();
    let outcome = host.run(&batch(2, vec![publish(1, photo(1))])).await;
    assert!(outcome.failed.unwrap().contains("erased"));
    let studio = host.ports.directory.studio(STUDIO).await.unwrap().unwrap();
    host.ports.directory.put_studio(&Studio { suspended: true, ..studio }).await.unwrap();
    let outcome = host.run(&batch(3, vec![publish(1, photo(1))])).await;
    assert!(outcome.failed.unwrap().contains("suspended"));
    assert!(!host.visible(photo(1).id).await);
}

#[tokio::test]
async fn keys_of_other_objects_and_missing_records_are_not_tried_again() {
    let host = Host::new().await;
    let run = async |key: String| handle(ObjectStored { key }, &host.ports).await.unwrap_err();
    for other in ["", "img/x/y", "batches/../../etc/passwd", "batches/a/b/c/d.json"] {
        let error = run(other.to_owned()).await;
        assert!(matches!(&error, HandleError::NotABatch(_)) && !error.is_retryable(), "{error}");
    }
    let error = run(key(BatchId::from_bytes([9; 16]))).await;
    assert!(matches!(&error, HandleError::Missing(_)) && !error.is_retryable(), "{error}");
}
