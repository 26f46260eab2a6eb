//! What the studio does with an order beside approving it: adjust, hold, note a refund, make again.

use domain::{
    Millis,
    fulfilment::LineReport,
    geometry::centred,
    handling::{Adjustment, Change},
    id::LabId,
    order::{ImageNode, Order, OrderState, Stage},
};
use serde_json::{Value, json};
use wire::{
    manifest::MachineCertificate,
    orders::{AdjustOrder, StudioOrder},
    route::{self, fill},
    signed::Signed,
};

use crate::world::*;

impl World {
    async fn handle(&self, route: &str, body: &Value) -> Answered {
        self.call("POST", &fill(route, &[&ORDER]), &self.a1.token, body).await
    }
}

fn certificate(agent: &Agent) -> MachineCertificate {
    let device_key = wire::signed::public_key(&agent.device);
    let text = domain::studio::machine_certificate_text(agent.studio, agent.id, &device_key);
    MachineCertificate {
        studio: agent.studio,
        machine: agent.id,
        device_key,
        studio_key: agent.studio_key(),
        signature: wire::signed::sign_text(&text, &agent.studio_key),
    }
}

fn signed(agent: &Agent, order: &Order, changes: Vec<Change>) -> Value {
    let adjustment = Adjustment {
        order: order.id,
        revision: order.revision,
        at: Millis(NOW),
        machine: agent.id,
        by: "Jo".into(),
        changes,
    };
    let ask = AdjustOrder {
        adjustment: Signed::sign(&adjustment, &agent.device).unwrap(),
        certificate: certificate(agent),
    };
    serde_json::to_value(ask).unwrap()
}

/// The sample's crop is the whole picture, which does not fit its paper: this one does.
fn cropped(order: &Order) -> ImageNode {
    let node = &order.lines[0].nodes[0];
    ImageNode { crop: centred(node.frame, 8, 10), ..node.clone() }
}

#[tokio::test]
async fn a_crop_is_changed_once_on_the_order_that_was_looked_at() {
    let world = World::new().await;
    let order = world.placed_order().await;
    let change = vec![Change::Picture { line: 1, node: 0, picture: cropped(&order) }];
    let ask = signed(&world.a1, &order, change);
    let after: StudioOrder = world.handle(route::STUDIO_ADJUST, &ask).await.ok();
    assert_eq!(after.order.lines[0].nodes[0].crop, centred(order.lines[0].nodes[0].frame, 8, 10));
    assert_eq!((after.order.revision, after.order.total), (order.revision + 1, order.total));
    assert_eq!(after.order.handling.adjustments[0].adjustment.by, "Jo");
    // The answer was lost: the same request again is the same change.
    let again: StudioOrder = world.handle(route::STUDIO_ADJUST, &ask).await.ok();
    assert_eq!(again.order.revision, after.order.revision);
    // Decided on the order as it was before: refused, and nothing lost.
    let late = signed(&world.a1, &order, vec![Change::Split { line: 1, copies: 1 }]);
    let problem = world.handle(route::STUDIO_ADJUST, &late).await.refused(409, "changed_meanwhile");
    assert!(problem.hint.unwrap().contains("Look at it again"));
    let fresh = signed(&world.a1, &after.order, vec![Change::Split { line: 1, copies: 1 }]);
    let split: StudioOrder = world.handle(route::STUDIO_ADJUST, &fresh).await.ok();
    assert_eq!(split.order.lines.len(), 4);
    assert_eq!(split.order.lines.iter().map(|l| l.total.minor).sum::<i64>(), order.subtotal.minor);
}

#[tokio::test]
async fn changes_are_the_callers_own_and_of_what_it_holds() {
    let world = World::new().await;
    let order = world.placed_order().await;
    let split = || vec![Change::Split { line: 1, copies: 1 }];
    // Signed by another machine of the studio, or by nobody.
    let other = signed(&world.a2, &order, split());
    world.handle(route::STUDIO_ADJUST, &other).await.refused(400, "bad_signature");
    let mut broken = signed(&world.a1, &order, split());
    broken["adjustment"]["text"] = json!(broken["adjustment"]["text"].as_str().unwrap().replace("Jo", "Al"));
    world.handle(route::STUDIO_ADJUST, &broken).await.refused(400, "bad_signature");
    // Another studio does not find the order.
    let foreign = signed(&world.b, &order, split());
    let path = fill(route::STUDIO_ADJUST, &[&ORDER]);
    world.call("POST", &path, &world.b.token, &foreign).await.refused(404, "not_found");
    // Line 2 is at the other machine: its crop may be changed here, its file not.
    let mut picture = order.lines[1].nodes[0].clone();
    picture.crop = centred(picture.frame, 8, 10);
    let crop = |picture: &ImageNode| vec![Change::Picture { line: 2, node: 0, picture: picture.clone() }];
    let after: StudioOrder =
        world.handle(route::STUDIO_ADJUST, &signed(&world.a1, &order, crop(&picture))).await.ok();
    picture.version = domain::hash::VersionHash([0x77; 32]);
    world
        .handle(route::STUDIO_ADJUST, &signed(&world.a1, &after.order, crop(&picture)))
        .await
        .refused(409, "not_this_machines");
    // A picture that no gallery shows.
    let mut unknown = cropped(&order);
    unknown.photo = domain::id::PhotoId::from_bytes([0x55; 16]);
    let change = vec![Change::Picture { line: 1, node: 0, picture: unknown }];
    world
        .handle(route::STUDIO_ADJUST, &signed(&world.a1, &after.order, change))
        .await
        .refused(409, "not_in_gallery");
    // Nonsense is said so.
    let none = vec![Change::Split { line: 9, copies: 1 }];
    world
        .handle(route::STUDIO_ADJUST, &signed(&world.a1, &after.order, none))
        .await
        .refused(400, "bad_adjustment");
    assert_eq!(world.order().await.revision, after.order.revision);
}

#[tokio::test]
async fn an_approval_of_what_was_seen_competes_with_a_change() {
    let world = World::new().await;
    let order = world.placed_order().await;
    world.paired().await;
    let change = signed(&world.a1, &order, vec![Change::Split { line: 1, copies: 1 }]);
    let after: StudioOrder = world.handle(route::STUDIO_ADJUST, &change).await.ok();
    let routes: std::collections::BTreeMap<u32, LabId> =
        after.order.lines.iter().map(|l| (l.no, LAB)).collect();
    let approve = |revision: u64| json!({ "routes": routes, "revision": revision });
    world.handle(route::STUDIO_APPROVE, &approve(order.revision)).await.refused(409, "changed_meanwhile");
    assert_eq!(world.order().await.state, OrderState::Placed);
    let approved: StudioOrder =
        world.handle(route::STUDIO_APPROVE, &approve(after.order.revision)).await.ok();
    assert_eq!(approved.order.state, OrderState::Approved);
    // A repeat of the approval stands; a change comes too late.
    let _: StudioOrder = world.handle(route::STUDIO_APPROVE, &approve(order.revision)).await.ok();
    let late = signed(&world.a1, &approved.order, vec![Change::Split { line: 2, copies: 1 }]);
    world.handle(route::STUDIO_ADJUST, &late).await.refused(409, "decided");
}

#[tokio::test]
async fn a_held_order_waits_for_whoever_lets_it_go_on() {
    let world = World::new().await;
    world.placed_order().await;
    world.paired().await;
    let hold = json!({ "reason": "  ask about\nthe crop ", "by": "Jo" });
    let held: StudioOrder = world.handle(route::STUDIO_HOLD, &hold).await.ok();
    let note = held.order.handling.hold.clone().unwrap();
    assert_eq!((note.text.as_str(), note.by.as_str()), ("ask about the crop", "Jo"));
    let routes = json!({ "routes": { "1": LAB, "2": LAB, "3": LAB } });
    let refused = world.handle(route::STUDIO_APPROVE, &routes).await.refused(409, "on_hold");
    assert!(refused.message.contains("ask about the crop"), "{}", refused.message);
    let listed: wire::Page<wire::orders::OrderSummary> =
        world.get(route::STUDIO_ORDERS, &world.a1.token).await.ok();
    assert_eq!(listed.items[0].held.as_deref(), Some("ask about the crop"));
    let lifted: StudioOrder = world.handle(route::STUDIO_HOLD, &json!({ "reason": null })).await.ok();
    assert_eq!(lifted.order.handling.hold, None);
    let _: StudioOrder = world.handle(route::STUDIO_APPROVE, &routes).await.ok();
    world.handle(route::STUDIO_HOLD, &hold).await.refused(409, "already_approved");
}

#[tokio::test]
async fn cancelling_keeps_the_reason_for_the_customer() {
    let world = World::new().await;
    world.placed_order().await;
    let cancelled: StudioOrder =
        world.handle(route::STUDIO_CANCEL, &json!({ "reason": "the file is damaged" })).await.ok();
    assert_eq!(cancelled.order.handling.cancel_reason.as_deref(), Some("the file is damaged"));
    world.handle(route::STUDIO_HOLD, &json!({ "reason": "x" })).await.refused(409, "cancelled");
}

#[tokio::test]
async fn refund_notes_add_up_to_what_was_paid_and_no_more() {
    let world = World::new().await;
    let order = world.placed_order().await;
    let euro = |minor: i64, at: i64| json!({ "amount": { "minor": minor, "currency": "EUR" }, "text": "a scratch", "by": null, "at": at });
    world.handle(route::STUDIO_REFUND_NOTE, &euro(100, 1)).await.refused(409, "not_paid");
    let _: StudioOrder = world.handle(route::STUDIO_MARK_PAID, &json!({})).await.ok();
    for bad in [0, -5, order.total.minor + 1, i64::MAX] {
        world.handle(route::STUDIO_REFUND_NOTE, &euro(bad, 1)).await.refused(400, "bad_amount");
    }
    let dollars = json!({ "amount": { "minor": 5, "currency": "USD" }, "text": "", "at": 1 });
    world.handle(route::STUDIO_REFUND_NOTE, &dollars).await.refused(400, "bad_amount");
    let _: StudioOrder = world.handle(route::STUDIO_REFUND_NOTE, &euro(100, 1)).await.ok();
    let again: StudioOrder = world.handle(route::STUDIO_REFUND_NOTE, &euro(100, 1)).await.ok();
    assert_eq!(again.order.handling.refunds.len(), 1, "a repeat is the same note");
    assert_eq!(again.order.handling.refunds[0].note.by, format!("Machine {}", world.a1.id));
    world
        .handle(route::STUDIO_REFUND_NOTE, &euro(order.total.minor - 99, 2))
        .await
        .refused(400, "bad_amount");
    assert_eq!(again.order.total, order.total, "what was paid never changes");
}

#[tokio::test]
async fn a_remake_is_a_new_attempt_of_its_lines_and_asks_only_their_machine() {
    let world = World::new().await;
    let order = world.approved_order().await;
    for machine in [world.a1.id, world.a2.id] {
        world.ports.orders.part_arrived(ORDER, LAB, 1, machine, Millis(NOW)).await.unwrap();
    }
    let report = |line: u32, attempt, stage| LineReport { line, attempt, stage, hold: None };
    let ask = |lines: &[u32], revision: u64| json!({ "lines": lines, "reason": "a scratch", "by": "Jo", "revision": revision });
    let early = world.order().await.revision;
    world.handle(route::STUDIO_REMAKE, &ask(&[2], early)).await.refused(409, "not_printed");
    let printed: Vec<LineReport> = (1..=3).map(|no| report(no, 1, Stage::Printed)).collect();
    world.ports.orders.report_lines(ORDER, &printed, Millis(NOW)).await.unwrap();
    let now = world.order().await.revision;
    world.handle(route::STUDIO_REMAKE, &ask(&[2], early)).await.refused(409, "changed_meanwhile");
    world
        .handle(route::STUDIO_REMAKE, &json!({ "lines": [2], "reason": " ", "revision": now }))
        .await
        .refused(400, "no_reason");
    let after: StudioOrder = world.handle(route::STUDIO_REMAKE, &ask(&[2], now)).await.ok();
    assert_eq!(after.order.handling.remakes[0].attempt, 2);
    assert_eq!(world.ports.orders.attempts(ORDER).await.unwrap()[&LAB], 2);
    // Line 2 is the second machine's alone: only it has something to do again.
    let open = async |machine| world.ports.orders.open_jobs(machine, None, 10).await.unwrap().items.len();
    assert_eq!((open(world.a1.id).await, open(world.a2.id).await), (0, 1));
    let repeat: StudioOrder = world.handle(route::STUDIO_REMAKE, &ask(&[2], now)).await.ok();
    assert_eq!(repeat.order.handling.remakes.len(), 1);
    // Its part alone completes the delivery, and only its line moves.
    let arrived = world.ports.orders.part_arrived(ORDER, LAB, 2, world.a2.id, Millis(NOW)).await.unwrap();
    assert!(matches!(arrived, ports::order_book::PartArrived::Complete(_)), "{arrived:?}");
    let stages: Vec<(Stage, u32)> =
        world.order().await.lines.iter().map(|l| (l.status.stage, l.status.attempt)).collect();
    assert_eq!(stages, [(Stage::Printed, 1), (Stage::Sent, 2), (Stage::Printed, 1)]);
    assert_eq!(world.order().await.total, order.total);
    assert_eq!(open(world.a2.id).await, 0);
}
