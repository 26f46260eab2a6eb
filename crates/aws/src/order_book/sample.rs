//! Orders for tests, as large as they come.

use std::collections::BTreeMap;

use domain::{
    Millis,
    geometry::{Crop, Size},
    hash::{Sha256, VersionHash},
    id::{GalleryId, MachineId, OrderId, PhotoId, PriceListId, StudioId, VisitorId},
    money::{Currency, Money},
    order::{ImageNode, LineStatus, Order, OrderLine, OrderState, PaymentMethod, Stage},
    place::{Customer, Destination},
    price_list::Surface,
};

/// So many lines of so many pictures, every picture, crop and line another one.
pub(super) fn order(lines: u32, pictures: u32) -> Order {
    let price = Money::new(500, Currency::EUR);
    let node = |no: u32, n: u32| {
        let hash = Sha256::of(&[no.to_be_bytes(), n.to_be_bytes()].concat()).0;
        let part = |at: usize| f64::from(u16::from_be_bytes([hash[at], hash[at + 1]]) >> 4) / 4_096.0;
        let mut crop = Crop::FULL;
        (crop.rect.x, crop.rect.y, crop.rect.width) = (part(16), part(18), part(20));
        ImageNode {
            gallery: GalleryId::from_bytes([1; 16]),
            photo: PhotoId::from_bytes(std::array::from_fn(|i| hash[i])),
            version: VersionHash(hash),
            home: MachineId::from_bytes([2; 16]),
            frame: Size::new(6000, 4000),
            crop,
            file_name: format!("DSC_{:05}.jpg", no * 32 + n),
        }
    };
    let line = |no| OrderLine {
        no,
        product: "wallets-8".into(),
        product_name: "8 wallets".into(),
        width_in: 2.5,
        height_in: 3.5,
        surface: Surface::Lustre,
        quantity: 1,
        unit_price: price,
        total: price,
        nodes: (0..pictures).map(|n| node(no, n)).collect(),
        kind: Default::default(),
        package: None,
        homes: Default::default(),
        status: LineStatus { stage: Stage::Placed, attempt: 1, hold: None, lab: None, updated_at: Millis(0) },
    };
    Order {
        id: OrderId::from_bytes([3; 16]),
        studio: StudioId::from_bytes([4; 16]),
        visitor: VisitorId::from_bytes([5; 16]),
        placed_at: Millis(10_000),
        customer: Customer { name: "Ada".into(), email: Some("ada@example.com".into()), phone: None },
        destination: Destination::PickUp,
        note: None,
        language: None,
        price_list: (PriceListId::from_bytes([6; 16]), 1),
        lines: (1..=lines).map(line).collect(),
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
