//! Things to store, new in every call.

use std::{
    collections::BTreeMap,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::UNIX_EPOCH,
};

use domain::{
    Millis,
    access::Scope,
    gallery::{Gallery, GalleryState},
    geometry::{Crop, Size},
    hash::{Sha256, VersionHash},
    id::{GalleryId, LabId, MachineId, OrderId, PhotoId, PriceListId, StudioId, SubjectId, VisitorId},
    money::{Currency, Money},
    order::{ImageNode, LineStatus, Order, OrderLine, OrderState, PaymentMethod, Stage},
    photo::{MicroPreview, Photo, PhotoChange, Rendition, RenditionKind},
    place::{Customer, Destination},
    price_list::Surface,
    studio::{PublicKey, Signature, Studio},
};

use super::Host;

/// Bytes for an id that no other test has.
pub fn bytes() -> [u8; 16] {
    static START: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let start = START.get_or_init(|| {
        let since = UNIX_EPOCH.elapsed().unwrap_or_default();
        (since.as_nanos() as u64) ^ (u64::from(std::process::id()) << 40)
    });
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&start.to_be_bytes());
    bytes[8..].copy_from_slice(&count.to_be_bytes());
    bytes
}

pub fn text(what: &str) -> String {
    format!("{what}-{}", Sha256::of(&bytes()).hex())
}

pub fn key() -> PublicKey {
    PublicKey(Sha256::of(&bytes()).0)
}

pub async fn studio(host: &Host) -> StudioId {
    let id = StudioId::from_bytes(bytes());
    let studio =
        Studio { id, name: "Bright Side".into(), suspended: false, key: None, created_at: host.now() };
    host.ports.directory.put_studio(&studio).await.unwrap();
    id
}

pub fn machine(studio: StudioId) -> domain::studio::Machine {
    domain::studio::Machine {
        id: MachineId::from_bytes(bytes()),
        studio,
        name: "Tower".into(),
        device_key: key(),
        certificate: Signature([7; 64]),
        enrolled_at: Millis(1_000),
        last_seen_at: Millis(1_000),
    }
}

pub fn gallery(studio: StudioId) -> Gallery {
    Gallery {
        id: GalleryId::from_bytes(bytes()),
        studio,
        name: "Spring".into(),
        state: GalleryState::Open,
        welcome: None,
        price_list: None,
        settings: Default::default(),
        expires_at: None,
        created_at: Millis(1_000),
        revision: 0,
    }
}

pub fn subject() -> SubjectId {
    SubjectId::from_bytes(bytes())
}

pub fn only(subjects: &[SubjectId]) -> Scope {
    Scope::Subjects(subjects.iter().copied().collect())
}

pub fn photo(gallery: GalleryId, seq: u64) -> Photo {
    let id = PhotoId::from_bytes(bytes());
    Photo {
        id,
        gallery,
        studio: StudioId::from_bytes([1; 16]),
        home: MachineId::from_bytes([2; 16]),
        version: VersionHash(Sha256::of(&bytes()).0),
        seq,
        frame: Size::new(6000, 4000),
        file_name: "DSC_0001.jpg".into(),
        title: None,
        caption: None,
        keywords: Vec::new(),
        section: None,
        captured_at: Some("2026-05-01T10:00:00".into()),
        price_group: None,
        subjects: Vec::new(),
        // Every byte value, 0 included: a scan is bytes, not text.
        micro: MicroPreview { width: 64, height: 43, scan: (0..=255).collect() },
        renditions: vec![Rendition {
            kind: RenditionKind::Proof,
            width: 2048,
            height: 1365,
            length: 300_000,
            sha256: Sha256::of(&bytes()),
        }],
        published_at: Millis(2_000),
    }
}

pub async fn publish(host: &Host, photos: &[Photo]) {
    for chunk in photos.chunks(100) {
        let changes: Vec<PhotoChange> = chunk.iter().cloned().map(PhotoChange::Publish).collect();
        let applied = host.ports.photos.apply(chunk[0].gallery, &changes).await.unwrap();
        assert!(applied.iter().all(|a| *a == crate::photo_index::Applied::Yes), "{applied:?}");
    }
}

/// An order of one picture per home, one line each.
pub fn order(studio: StudioId, homes: &[MachineId]) -> Order {
    order_in(studio, GalleryId::from_bytes(bytes()), homes)
}

pub fn order_in(studio: StudioId, gallery: GalleryId, homes: &[MachineId]) -> Order {
    let price = Money::new(500, Currency::EUR);
    let line = |(index, home): (usize, &MachineId)| OrderLine {
        no: index as u32 + 1,
        product: "8x10-lustre".into(),
        product_name: "8 × 10 lustre".into(),
        width_in: 8.0,
        height_in: 10.0,
        surface: Surface::Lustre,
        quantity: 2,
        unit_price: price,
        total: Money::new(1_000, Currency::EUR),
        nodes: vec![ImageNode {
            gallery,
            photo: PhotoId::from_bytes(bytes()),
            version: VersionHash([3; 32]),
            home: *home,
            frame: Size::new(6000, 4000),
            crop: Crop::FULL,
            file_name: "DSC_0001.jpg".into(),
        }],
        kind: Default::default(),
        package: None,
        homes: Default::default(),
        status: LineStatus { stage: Stage::Placed, attempt: 1, hold: None, lab: None, updated_at: Millis(0) },
    };
    Order {
        id: OrderId::from_bytes(bytes()),
        studio,
        visitor: VisitorId::from_bytes(bytes()),
        placed_at: Millis(10_000),
        customer: Customer { name: "Ada".into(), email: Some("ada@example.com".into()), phone: None },
        destination: Destination::PickUp,
        note: None,
        language: None,
        price_list: (PriceListId::from_bytes([5; 16]), 1),
        lines: homes.iter().enumerate().map(line).collect(),
        subtotal: price,
        shipping: Money::new(0, Currency::EUR),
        total: price,
        charges: Default::default(),
        payment: PaymentMethod::PayStudio,
        settlement: Default::default(),
        paid_at: None,
        state: OrderState::Placed,
        state_at: Millis(10_000),
        routes: BTreeMap::new(),
        batch_until: None,
        handling: Default::default(),
        revision: 1,
    }
}

pub async fn place(host: &Host, order: &Order) {
    let placed = host.ports.orders.place(order, &text("secret"), &text("key"), "digest").await.unwrap();
    assert_eq!(placed, crate::order_book::Placed::New);
}

/// Approved with every line routed to the lab of its place in `labs`.
pub async fn approve(host: &Host, order: &Order, labs: &[LabId]) -> Order {
    let stored = host.ports.orders.order(order.id).await.unwrap().unwrap();
    let routes = stored.lines.iter().zip(labs.iter().cycle()).map(|(l, lab)| (l.no, *lab)).collect();
    let approved = domain::fulfilment::approve(&stored, &routes, host.now()).unwrap().unwrap();
    host.ports.orders.update(&approved, &[]).await.unwrap();
    approved
}

/// A placed and approved order of these machines for one lab.
pub async fn approved(host: &Host, homes: &[MachineId], labs: &[LabId]) -> Order {
    let order = order(studio(host).await, homes);
    place(host, &order).await;
    approve(host, &order, labs).await
}
