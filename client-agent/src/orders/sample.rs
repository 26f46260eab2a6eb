//! An order for the tests of this module.

use std::collections::BTreeMap;

use domain::{
    Millis,
    geometry::{Size, centred},
    hash::VersionHash,
    id::{GalleryId, MachineId, OrderId, PhotoId, PriceListId, StudioId, VisitorId},
    money::{Currency, Money},
    order::{ImageNode, LineStatus, Order, OrderLine, OrderState, PaymentMethod, Stage},
    place::{Customer, Destination},
    price_list::Surface,
};

pub const HOME: MachineId = MachineId::from_bytes([5; 16]);
pub const OTHER: MachineId = MachineId::from_bytes([6; 16]);

pub fn node(home: MachineId) -> ImageNode {
    let frame = Size::new(6000, 4000);
    ImageNode {
        gallery: GalleryId::from_bytes([1; 16]),
        photo: PhotoId::from_bytes([2; 16]),
        version: VersionHash([3; 32]),
        home,
        frame,
        crop: centred(frame, 8, 10),
        file_name: "DSC_0001.jpg".into(),
    }
}

pub fn line(no: u32, nodes: Vec<ImageNode>) -> OrderLine {
    OrderLine {
        no,
        product: "8x10".into(),
        product_name: "8 × 10".into(),
        width_in: 8.0,
        height_in: 10.0,
        surface: Surface::Lustre,
        quantity: 2,
        unit_price: Money::new(1500, Currency::EUR),
        total: Money::new(3000, Currency::EUR),
        nodes,
        kind: Default::default(),
        package: None,
        homes: Default::default(),
        status: LineStatus {
            stage: Stage::Placed,
            attempt: 1,
            hold: None,
            lab: None,
            updated_at: Millis(1000),
        },
    }
}

/// Line 1 is at home here; line 2 is another machine's.
pub fn order() -> Order {
    Order {
        id: OrderId::from_bytes([9; 16]),
        studio: StudioId::from_bytes([4; 16]),
        visitor: VisitorId::from_bytes([7; 16]),
        placed_at: Millis(1000),
        customer: Customer { name: "Ada".into(), email: Some("ada@example.com".into()), phone: None },
        destination: Destination::PickUp,
        note: None,
        language: None,
        price_list: (PriceListId::from_bytes([8; 16]), 1),
        lines: vec![line(1, vec![node(HOME)]), line(2, vec![node(OTHER)])],
        subtotal: Money::new(6000, Currency::EUR),
        shipping: Money::new(0, Currency::EUR),
        total: Money::new(6000, Currency::EUR),
        charges: Default::default(),
        payment: PaymentMethod::PayStudio,
        settlement: Default::default(),
        paid_at: None,
        state: OrderState::Placed,
        state_at: Millis(1000),
        routes: BTreeMap::new(),
        batch_until: None,
        handling: Default::default(),
        revision: 1,
    }
}
