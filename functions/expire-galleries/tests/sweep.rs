//! The timer against the embedded ports: what ends, what goes, and what must never go.
#![expect(clippy::unwrap_used, reason = "what a test prepares must work")]

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use darkslide_expire_galleries::{SweepReport, sweep};
use domain::{
    Millis,
    access::Scope,
    digital::{Offered, OfferedFile},
    gallery::{Gallery, GalleryState, Subject},
    geometry::Size,
    handling::{Note, RefundNote},
    hash::{Sha256, VersionHash},
    id::*,
    object_key::{self, DigitalPart, RelayPart},
    order::{LineKind, Order},
    photo::{MicroPreview, Photo, PhotoChange, Rendition, RenditionKind},
    studio::{Machine, PublicKey, Signature, Studio},
};
use embedded::Store;
use ports::{
    Ports, Secrets,
    clock::TestClock,
    contract::{edge_cache::Recorded, sample},
    photo_index::StoredOutcome,
};

const NOW: i64 = 1_790_000_000_000;
const STUDIO: StudioId = StudioId::from_bytes([1; 16]);
const MACHINE: MachineId = MachineId::from_bytes([2; 16]);
const GALLERY: GalleryId = GalleryId::from_bytes([3; 16]);
const LAB: LabId = LabId::from_bytes([4; 16]);
const ORDER: OrderId = OrderId::from_bytes([5; 16]);

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
        let secrets = Secrets {
            code_hash: vec![1],
            object_key: vec![2],
            session: vec![3],
            grant: vec![4],
            cookie: vec![],
            site: "https://prints.example".into(),
            https: true,
        };
        let ports = Store::open(folder.path(), Arc::new(secrets), clock.clone()).unwrap().ports();
        let edge = Arc::new(Recorded::default());
        let ports = Ports { edge: edge.clone(), ..ports };
        let at = Millis(NOW);
        let studio = Studio { id: STUDIO, name: "S".into(), suspended: false, key: None, created_at: at };
        ports.directory.put_studio(&studio).await.unwrap();
        let machine = Machine {
            id: MACHINE,
            studio: STUDIO,
            name: "M".into(),
            device_key: PublicKey([0; 32]),
            certificate: Signature([0; 64]),
            enrolled_at: at,
            last_seen_at: at,
        };
        ports.directory.put_machine(&machine).await.unwrap();
        Self { ports, edge, clock, _folder: folder }
    }

    async fn gallery(&self, id: GalleryId, state: GalleryState, expires_at: Option<i64>) {
        let stored = self.ports.galleries.gallery(id).await.unwrap();
        let revision = stored.map_or(0, |g| g.revision);
        let gallery = Gallery {
            id,
            studio: STUDIO,
            name: "Wedding".into(),
            state,
            welcome: Some("Hello".into()),
            price_list: None,
            settings: Default::default(),
            expires_at: expires_at.map(Millis),
            created_at: Millis(NOW),
            revision,
        };
        self.ports.galleries.put_gallery(&gallery, revision).await.unwrap();
    }

    async fn store(&self, key: &str) {
        self.ports.blobs.put_new(key, Bytes::from_static(b"x"), "image/jpeg").await.unwrap();
    }
    async fn there(&self, key: &str) -> bool {
        self.ports.blobs.head(key).await.unwrap().is_some()
    }

    fn rendition(&self, gallery: GalleryId, n: u8, content: &[u8]) -> String {
        let secret = &self.ports.secrets.object_key;
        let photo = PhotoId::from_bytes([n; 16]);
        object_key::rendition(secret, gallery, photo, RenditionKind::Proof, &Sha256::of(content))
    }

    async fn publish(&self, gallery: GalleryId, n: u8, seq: u64, content: &[u8]) {
        let photo = Photo {
            id: PhotoId::from_bytes([n; 16]),
            gallery,
            studio: STUDIO,
            home: MACHINE,
            version: VersionHash([n; 32]),
            seq,
            frame: Size::new(6000, 4000),
            file_name: format!("IMG_{n}.jpg"),
            title: None,
            caption: None,
            keywords: vec![],
            section: None,
            captured_at: None,
            price_group: None,
            subjects: vec![],
            micro: MicroPreview { width: 64, height: 43, scan: vec![1] },
            renditions: vec![Rendition {
                kind: RenditionKind::Proof,
                width: 2048,
                height: 1365,
                length: 1,
                sha256: Sha256::of(content),
            }],
            published_at: Millis(NOW),
        };
        self.store(&self.rendition(gallery, n, content)).await;
        self.ports.photos.apply(gallery, &[PhotoChange::Publish(photo)]).await.unwrap();
    }

    async fn approved_order(&self) {
        let order = order();
        self.ports.orders.place(&order, "s", "k", "d").await.unwrap();
        let routes: BTreeMap<u32, LabId> = [(1, LAB)].into();
        let approved = domain::fulfilment::approve(&order, &routes, Millis(NOW)).unwrap().unwrap();
        self.ports.orders.update(&approved, &[]).await.unwrap();
    }

    async fn store_part(&self, attempt: u32) -> Vec<String> {
        let part = RelayPart { order: ORDER, lab: LAB, attempt, machine: MACHINE };
        let keys = vec![part.file(&Sha256::of(b"print")), part.manifest()];
        for key in &keys {
            self.store(key).await;
        }
        keys
    }
}

fn order() -> Order {
    let order = sample::order_in(STUDIO, GALLERY, &[MACHINE]);
    Order { id: ORDER, placed_at: Millis(NOW), state_at: Millis(NOW), ..order }
}

async fn run(host: &Host) -> SweepReport {
    sweep(&host.ports).await.unwrap()
}

#[tokio::test]
async fn an_empty_host_is_swept_to_no_effect() {
    let host = Host::new().await;
    assert_eq!(run(&host).await, SweepReport::default());
}

#[tokio::test]
async fn galleries_close_when_their_time_is_over() {
    let host = Host::new().await;
    let (open, draft) = (GalleryId::from_bytes([10; 16]), GalleryId::from_bytes([11; 16]));
    host.gallery(GALLERY, GalleryState::Open, Some(NOW + 1_000)).await;
    host.gallery(open, GalleryState::Open, None).await;
    host.gallery(draft, GalleryState::Draft, Some(NOW + 1_000)).await;
    assert_eq!(run(&host).await.galleries_closed, 0);
    host.clock.advance(2_000);
    assert_eq!(run(&host).await.galleries_closed, 1);
    assert_eq!(run(&host).await.galleries_closed, 0);
    let forgotten: Vec<_> = host.edge.asked().into_iter().map(|(galleries, _)| galleries).collect();
    assert_eq!(forgotten, [vec![GALLERY]], "once, and only what has ended");
    let state = async |id| host.ports.galleries.gallery(id).await.unwrap().unwrap().state;
    assert_eq!(state(GALLERY).await, GalleryState::Closed);
    assert_eq!(state(open).await, GalleryState::Open);
    assert_eq!(state(draft).await, GalleryState::Draft);
}

#[tokio::test]
async fn renditions_that_a_photo_names_are_never_removed() {
    let host = Host::new().await;
    let other = GalleryId::from_bytes([10; 16]);
    for gallery in [GALLERY, other] {
        host.gallery(gallery, GalleryState::Open, None).await;
        // More than one page of the index.
        for n in 0..230 {
            host.publish(gallery, n, 1, b"first").await;
        }
    }
    // A new crop of photo 1, photo 2 withdrawn, an upload whose batch never came.
    host.publish(GALLERY, 1, 2, b"second").await;
    let withdraw = PhotoChange::Withdraw { gallery: GALLERY, photo: PhotoId::from_bytes([2; 16]), seq: 2 };
    host.ports.photos.apply(GALLERY, &[withdraw]).await.unwrap();
    let lost = host.rendition(GALLERY, 240, b"lost");
    host.store(&lost).await;
    let orphans = [host.rendition(GALLERY, 1, b"first"), host.rendition(GALLERY, 2, b"first"), lost];

    host.clock.advance(2 * Millis::DAY);
    assert_eq!(run(&host).await.orphans_removed, 0);
    host.clock.advance(1);
    let fresh = host.rendition(GALLERY, 241, b"fresh");
    host.store(&fresh).await;
    assert_eq!(run(&host).await.orphans_removed, 3);
    for key in orphans {
        assert!(!host.there(&key).await);
    }
    assert!(host.there(&fresh).await);
    assert!(host.there(&host.rendition(GALLERY, 1, b"second")).await);
    for n in 3..230 {
        assert!(host.there(&host.rendition(GALLERY, n, b"first")).await, "{n}");
        assert!(host.there(&host.rendition(other, n, b"first")).await, "{n}");
    }
}

#[tokio::test]
async fn batch_records_go_a_month_after_they_were_indexed() {
    let host = Host::new().await;
    let key = |n| object_key::batch(STUDIO, MACHINE, GALLERY, BatchId::from_bytes([n; 16]));
    for n in [1, 2] {
        host.store(&key(n)).await;
    }
    let outcome = StoredOutcome { applied: vec![], stale: vec![], rejected: vec![], failed: None };
    host.ports.photos.put_outcome(BatchId::from_bytes([1; 16]), &outcome).await.unwrap();
    host.clock.advance(30 * Millis::DAY);
    assert_eq!(run(&host).await.batch_records_removed, 0);
    host.clock.advance(1);
    assert_eq!(run(&host).await.batch_records_removed, 1);
    assert!(!host.there(&key(1)).await);
    // Nobody knows yet what became of the other one.
    assert!(host.there(&key(2)).await);
}

#[tokio::test]
async fn an_erased_gallery_leaves_nothing_but_a_tombstone() {
    let host = Host::new().await;
    let other = GalleryId::from_bytes([10; 16]);
    for gallery in [GALLERY, other] {
        host.gallery(gallery, GalleryState::Open, None).await;
        host.publish(gallery, 1, 1, b"x").await;
        let mia =
            Subject { id: SubjectId::from_bytes([1; 16]), name: "Mia".into(), group: Some("2b".into()) };
        host.ports.galleries.put_subjects(gallery, &[mia]).await.unwrap();
        host.store(&object_key::batch(STUDIO, MACHINE, gallery, BatchId::from_bytes([1; 16]))).await;
    }
    host.gallery(GALLERY, GalleryState::Erased, None).await;
    let report = run(&host).await;
    assert_eq!((report.photos_erased, report.objects_erased), (1, 2));
    let forgotten = host.edge.asked().into_iter().map(|(galleries, _)| galleries).collect::<Vec<_>>();
    assert_eq!(forgotten, [vec![GALLERY]]);
    let gallery = host.ports.galleries.gallery(GALLERY).await.unwrap().unwrap();
    assert_eq!((gallery.name.as_str(), gallery.welcome), ("erased", None));
    let roster = host.ports.galleries.subjects(GALLERY).await.unwrap();
    assert!(roster.iter().all(|s| s.name == "erased" && s.group.is_none()));
    // A redelivered publish brings nothing back; a late upload under a live grant goes with the next run.
    host.publish(GALLERY, 1, 1, b"x").await;
    let photo = PhotoId::from_bytes([1; 16]);
    assert!(host.ports.photos.photo(GALLERY, &Scope::All, photo).await.unwrap().is_none());
    assert_eq!(run(&host).await.objects_erased, 1);
    assert_eq!(run(&host).await, SweepReport::default());
    assert!(host.ports.photos.photo(other, &Scope::All, photo).await.unwrap().is_some());
    assert!(host.there(&host.rendition(other, 1, b"x")).await);
    assert_eq!(host.ports.galleries.subjects(other).await.unwrap()[0].name, "Mia");
}

#[tokio::test]
async fn print_files_stay_while_they_may_be_needed() {
    let host = Host::new().await;
    host.approved_order().await;
    let keys = host.store_part(1).await;
    // Three weeks: the other machine is switched off.
    host.clock.advance(21 * Millis::DAY);
    assert_eq!(run(&host).await.relay_files_removed, 0);
    host.ports.orders.part_arrived(ORDER, LAB, 1, MACHINE, Millis(NOW)).await.unwrap();
    assert_eq!(run(&host).await.relay_files_removed, 0);
    host.clock.advance(9 * Millis::DAY + 1);
    assert_eq!(run(&host).await.relay_files_removed, 2);
    for key in keys {
        assert!(!host.there(&key).await);
    }
}

#[tokio::test]
async fn printed_and_replaced_print_files_go() {
    let host = Host::new().await;
    host.approved_order().await;
    host.store_part(1).await;
    host.ports.orders.part_arrived(ORDER, LAB, 1, MACHINE, Millis(NOW)).await.unwrap();
    host.ports.orders.finish_delivery(ORDER, LAB, 1, Millis(NOW)).await.unwrap();
    assert_eq!(run(&host).await.relay_files_removed, 2);

    let host = Host::new().await;
    host.approved_order().await;
    host.store_part(1).await;
    host.ports.orders.part_arrived(ORDER, LAB, 1, MACHINE, Millis(NOW)).await.unwrap();
    host.ports.orders.ask_again(ORDER, LAB, 1, "damaged", Millis(NOW)).await.unwrap();
    let wanted = host.store_part(2).await;
    host.clock.advance(2 * Millis::DAY + 1);
    assert_eq!(run(&host).await.relay_files_removed, 2);
    for key in wanted {
        assert!(host.there(&key).await);
    }
}

#[tokio::test]
async fn files_of_an_order_that_never_was_go_after_two_days() {
    let host = Host::new().await;
    host.store_part(1).await;
    host.store("relay/readme.txt").await;
    host.clock.advance(2 * Millis::DAY);
    assert_eq!(run(&host).await.relay_files_removed, 0);
    host.clock.advance(1);
    assert_eq!(run(&host).await.relay_files_removed, 2);
    assert!(host.there("relay/readme.txt").await);
}

/// An approved order of one file, and where that goes.
async fn sell_a_file(host: &Host) -> (Order, DigitalPart) {
    let mut order = order();
    order.lines[0].kind = LineKind::Digital { whole: None, release: String::new() };
    host.ports.orders.place(&order, "s", "k", "d").await.unwrap();
    let approved = domain::fulfilment::approve(&order, &BTreeMap::new(), Millis(NOW)).unwrap().unwrap();
    host.ports.orders.update(&approved, &[]).await.unwrap();
    (approved, DigitalPart { order: ORDER, line: 1, attempt: 1, machine: MACHINE })
}

#[tokio::test]
async fn sold_files_stay_their_time_and_no_longer() {
    let host = Host::new().await;
    let (approved, place) = sell_a_file(&host).await;
    let (sold, stray) = (place.file(&Sha256::of(b"sold")), place.file(&Sha256::of(b"stray")));
    let foreign = DigitalPart { line: 2, ..place }.file(&Sha256::of(b"sold"));
    for key in [&sold, &stray, &foreign] {
        host.store(key).await;
    }
    // Still on their way: only what belongs to no line goes.
    assert_eq!(run(&host).await.digitals_removed, 1);
    assert!(host.there(&sold).await && !host.there(&foreign).await);
    let offered = Offered {
        line: 1,
        attempt: 1,
        machine: MACHINE,
        files: vec![OfferedFile { name: "a.jpg".into(), sha256: Sha256::of(b"sold"), length: 1 }],
        at: Millis(NOW),
        until: Millis(NOW + 30 * Millis::DAY),
    };
    let (next, _) = domain::digital::offer(&approved, &offered);
    host.ports.orders.update(&next.unwrap(), &[]).await.unwrap();
    assert_eq!(run(&host).await.digitals_removed, 1);
    assert!(host.there(&sold).await && !host.there(&stray).await);
    host.clock.advance(30 * Millis::DAY - 1);
    assert_eq!(run(&host).await.digitals_removed, 0);
    host.clock.advance(1);
    assert_eq!(run(&host).await.digitals_removed, 1);
    assert!(!host.there(&sold).await);
}

#[tokio::test]
async fn sold_files_go_when_the_money_went_back() {
    let host = Host::new().await;
    let (approved, place) = sell_a_file(&host).await;
    let sold = place.file(&Sha256::of(b"sold"));
    host.store(&sold).await;
    assert_eq!(run(&host).await.digitals_removed, 0);
    // Looked at, and perhaps settled tomorrow: then the page's links must lead somewhere.
    let mut disputed = Order { revision: approved.revision + 1, ..approved };
    disputed.settlement.hold = Some("the payment is disputed".into());
    host.ports.orders.update(&disputed, &[]).await.unwrap();
    assert_eq!(run(&host).await.digitals_removed, 0);
    let note = Note { at: Millis(NOW), by: "Ada".into(), text: "not wanted".into() };
    let mut refunded = Order { revision: disputed.revision + 1, ..disputed };
    refunded.handling.refunds.push(RefundNote { amount: refunded.total, note });
    host.ports.orders.update(&refunded, &[]).await.unwrap();
    assert_eq!(run(&host).await.digitals_removed, 1);
}
