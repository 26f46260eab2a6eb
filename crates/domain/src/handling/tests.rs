//! Adjusting and remaking: money stays, the past stays readable, nonsense is refused.

use std::collections::BTreeMap;

use super::*;
use crate::{
    geometry::{Crop, Size, centred},
    hash::VersionHash,
    id::{GalleryId, PhotoId, PriceListId, StudioId, VisitorId},
    money::Currency,
    order::{LineStatus, PaymentMethod},
    place::{Customer, Destination},
    price_list::Surface,
};

const HOME: MachineId = MachineId::from_bytes([1; 16]);
const FRAME: Size = Size::new(6000, 4000);

fn picture(photo: u8) -> ImageNode {
    ImageNode {
        gallery: GalleryId::from_bytes([1; 16]),
        photo: PhotoId::from_bytes([photo; 16]),
        version: VersionHash([photo; 32]),
        home: HOME,
        frame: FRAME,
        crop: centred(FRAME, 4, 6),
        file_name: format!("{photo}.jpg"),
    }
}

fn line(no: u32, quantity: u32, total: i64) -> OrderLine {
    let status =
        LineStatus { stage: Stage::Placed, attempt: 1, hold: None, lab: None, updated_at: Millis(0) };
    let euro = |minor| Money::new(minor, Currency::EUR);
    OrderLine {
        no,
        product: "4x6".into(),
        product_name: "4 × 6".into(),
        width_in: 4.0,
        height_in: 6.0,
        surface: Surface::Lustre,
        quantity,
        unit_price: euro(total / i64::from(quantity)),
        total: euro(total),
        nodes: vec![picture(1)],
        kind: Default::default(),
        package: None,
        homes: Default::default(),
        status,
    }
}

pub fn order() -> Order {
    let total = Money::new(1_700, Currency::EUR);
    Order {
        id: OrderId::from_bytes([7; 16]),
        studio: StudioId::from_bytes([1; 16]),
        visitor: VisitorId::from_bytes([1; 16]),
        placed_at: Millis(0),
        customer: Customer { name: "Ada".into(), email: None, phone: Some("1".into()) },
        destination: Destination::PickUp,
        note: None,
        language: None,
        price_list: (PriceListId::from_bytes([1; 16]), 1),
        lines: vec![line(1, 3, 1_000), line(2, 2, 700)],
        subtotal: total,
        shipping: Money::new(0, Currency::EUR),
        total,
        charges: Default::default(),
        payment: PaymentMethod::PayStudio,
        settlement: Default::default(),
        paid_at: None,
        state: OrderState::Placed,
        state_at: Millis(0),
        routes: BTreeMap::new(),
        batch_until: None,
        handling: Handling::default(),
        revision: 4,
    }
}

fn adjustment(changes: Vec<Change>) -> Adjustment {
    let order = order();
    Adjustment { order: order.id, revision: 4, at: Millis(9), machine: HOME, by: "Jo".into(), changes }
}

fn with(changes: Vec<Change>) -> Result<Order, AdjustError> {
    adjust(&order(), &adjustment(changes), "{}")
}

#[test]
fn splitting_and_merging_keep_every_cent_and_every_copy() {
    let sum = |o: &Order| (o.lines.iter().map(|l| l.total.minor).sum::<i64>(), o.prints());
    let split = with(vec![Change::Split { line: 1, copies: 2 }]).unwrap();
    assert_eq!(split.lines.iter().map(|l| (l.no, l.quantity)).collect::<Vec<_>>(), [(1, 1), (3, 2), (2, 2)]);
    assert_eq!((split.lines[0].total.minor, split.lines[1].total.minor), (334, 666));
    assert_eq!((sum(&split), split.total), (sum(&order()), order().total));
    assert_eq!((split.revision, split.handling.adjustments.len()), (5, 1));
    let merged =
        with(vec![Change::Split { line: 1, copies: 2 }, Change::Merge { line: 3, into: 1 }]).unwrap();
    assert_eq!(
        merged.lines.iter().map(|l| (l.no, l.quantity, l.total.minor)).collect::<Vec<_>>(),
        [(1, 3, 1_000), (2, 2, 700)]
    );
    assert_eq!(
        with(vec![Change::Split { line: 1, copies: 3 }]),
        Err(AdjustError::Copies { line: 1, has: 3, asked: 3 })
    );
    assert_eq!(
        with(vec![Change::Split { line: 1, copies: 0 }]),
        Err(AdjustError::Copies { line: 1, has: 3, asked: 0 })
    );
    assert_eq!(with(vec![Change::Merge { line: 1, into: 1 }]), Err(AdjustError::Different(1, 1)));
}

#[test]
fn lines_with_other_pictures_do_not_merge() {
    let mut other = picture(1);
    other.crop = Crop { quarter_turns: 1, ..centred(FRAME.turned(1), 4, 6) };
    let changes =
        vec![Change::Picture { line: 2, node: 0, picture: other }, Change::Merge { line: 2, into: 1 }];
    assert_eq!(with(changes), Err(AdjustError::Different(2, 1)));
}

#[test]
fn a_picture_must_fit_its_paper_and_stay_at_home() {
    let change = |picture| vec![Change::Picture { line: 1, node: 0, picture }];
    assert_eq!(with(change(picture(2))).unwrap().lines[0].nodes[0], picture(2));
    let square = ImageNode { crop: centred(FRAME, 1, 1), ..picture(1) };
    assert!(matches!(with(change(square)), Err(AdjustError::Crop(1, CropError::WrongShape { .. }))));
    let away = ImageNode { home: MachineId::from_bytes([2; 16]), ..picture(1) };
    assert_eq!(with(change(away)), Err(AdjustError::Elsewhere(1)));
    let mut wild = picture(1);
    wild.crop.rect.x = f64::NAN;
    assert!(matches!(with(change(wild)), Err(AdjustError::Crop(1, CropError::NotANumber { .. }))));
    let nowhere = vec![Change::Picture { line: 1, node: 7, picture: picture(1) }];
    assert_eq!(with(nowhere), Err(AdjustError::NoPicture(1, 7)));
    assert_eq!(with(vec![Change::Split { line: 9, copies: 1 }]), Err(AdjustError::NoLine(9)));
}

#[test]
fn only_the_order_that_was_looked_at_is_changed_and_only_before_it_is_decided() {
    let change = adjustment(vec![Change::Split { line: 1, copies: 1 }]);
    let moved = Order { revision: 5, ..order() };
    assert!(matches!(adjust(&moved, &change, "{}"), Err(AdjustError::Revision(_))));
    for state in [OrderState::Approved, OrderState::Cancelled] {
        let decided = Order { state, ..order() };
        assert!(matches!(adjust(&decided, &change, "{}"), Err(AdjustError::Decided(..))));
    }
    let other = Adjustment { order: OrderId::from_bytes([9; 16]), ..change.clone() };
    assert_eq!(adjust(&order(), &other, "{}"), Err(AdjustError::OtherOrder));
    assert_eq!(with(Vec::new()), Err(AdjustError::Count(0)));
    let mut often = order();
    let kept = KeptAdjustment { adjustment: change.clone(), envelope: String::new() };
    often.handling.adjustments = vec![kept; MAX_ADJUSTMENTS];
    assert_eq!(adjust(&often, &change, "{}"), Err(AdjustError::TooOften));
}

#[test]
fn a_remake_is_a_delivery_of_its_lines_alone() {
    let lab = LabId::from_bytes([5; 16]);
    let mut printed = order();
    printed.state = OrderState::Approved;
    printed.routes = [(1, lab), (2, lab)].into();
    let note = Note { at: Millis(20), by: "Jo".into(), text: "a scratch".into() };
    let again = |order: &Order, lines: &[u32]| remake(order, &lines.iter().copied().collect(), |_| 2, &note);
    assert_eq!(again(&printed, &[1]), Err(RemakeError::NotPrinted(1)));
    for line in &mut printed.lines {
        line.status.stage = Stage::Shipped;
    }
    assert_eq!(again(&printed, &[]), Err(RemakeError::Nothing));
    assert_eq!(again(&printed, &[9]), Err(RemakeError::NoLine(9)));
    let after = again(&printed, &[2]).unwrap();
    let of = |attempt| after.lines_of(lab, attempt).map(|l| l.no).collect::<Vec<_>>();
    assert_eq!(
        (of(1), of(2), of(3)),
        (vec![1, 2], vec![2], vec![2]),
        "damage on the way asks for the same lines"
    );
    assert_eq!((after.lines[1].status.stage, after.lines[1].status.attempt), (Stage::Approved, 2));
    assert_eq!(after.lines[0], printed.lines[0]);
    assert_eq!(after.total, printed.total);
}

#[test]
fn an_order_that_nobody_touched_reads_and_writes_as_before() {
    let text = serde_json::to_string(&order()).unwrap();
    assert!(!text.contains("handling"), "{text}");
    assert_eq!(serde_json::from_str::<Order>(&text).unwrap(), order());
}
