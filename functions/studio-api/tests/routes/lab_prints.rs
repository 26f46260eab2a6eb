//! Leases, claims and signed reports: at most one receiver prints a line, and what it says moves the line.

use domain::{
    Millis,
    fulfilment::LineReport,
    id::{OrderId, ReceiverId},
    object_key::delivery_prefix,
    order::Stage,
};
use serde_json::{Value, json};
use wire::{
    lab::{ClaimAnswer, LabReport, LeaseInfo},
    orders::StudioOrder,
    route::{self, fill},
    signed::Signed,
};

use crate::{lab_deliveries::deliver, world::*};

const OTHER: ReceiverId = ReceiverId::from_bytes([0x4F; 16]);

async fn lease(world: &World, receiver: ReceiverId) -> LeaseInfo {
    let ask = json!({"receiver": receiver, "seconds": 60});
    world.call("POST", route::LAB_LEASE, &world.lab.token, &ask).await.ok()
}

fn claim(line: u32, attempt: u32, receiver: ReceiverId, fence: u64) -> Value {
    json!({"order": ORDER, "line": line, "attempt": attempt, "copies": 2, "receiver": receiver, "fence": fence})
}

async fn claimed(world: &World, ask: Value) -> ClaimAnswer {
    world.call("POST", route::LAB_CLAIM, &world.lab.token, &ask).await.ok()
}

fn report(id: &str, lines: &[(u32, Stage)]) -> LabReport {
    let line =
        |(line, stage): &(u32, Stage)| LineReport { line: *line, attempt: 1, stage: *stage, hold: None };
    LabReport {
        lab: LAB,
        order: ORDER,
        report: id.into(),
        at: NOW,
        lines: lines.iter().map(line).collect(),
        tracking: None,
        files: Vec::new(),
    }
}

async fn send(world: &World, report: &LabReport) -> Answered {
    let signed = Signed::sign(report, &world.lab.key).unwrap();
    world.call("POST", route::LAB_REPORTS, &world.lab.token, &signed).await
}

#[tokio::test]
async fn one_receiver_holds_the_lease() {
    let world = World::new().await;
    let first = lease(&world, RECEIVER).await;
    assert!(first.held && first.expires_at == NOW + 60_000);
    let second = lease(&world, OTHER).await;
    assert!(!second.held && second.fence == first.fence && second.expires_at == first.expires_at);
    world.clock.advance(60_001);
    let taken = lease(&world, OTHER).await;
    assert!(taken.held && taken.fence > first.fence);
    for seconds in [0, 121] {
        let ask = json!({"receiver": RECEIVER, "seconds": seconds});
        world.call("POST", route::LAB_LEASE, &world.lab.token, &ask).await.refused(400, "bad_lease");
    }
}

#[tokio::test]
async fn copies_are_claimed_once() {
    let world = World::new().await;
    world.approved_order().await;
    assert_eq!(claimed(&world, claim(1, 1, RECEIVER, 1)).await, ClaimAnswer::Fenced);
    let fence = lease(&world, RECEIVER).await.fence;
    assert_eq!(claimed(&world, claim(1, 1, OTHER, fence)).await, ClaimAnswer::Fenced);
    assert_eq!(claimed(&world, claim(1, 1, RECEIVER, fence)).await, ClaimAnswer::Granted);
    assert_eq!(claimed(&world, claim(1, 1, RECEIVER, fence)).await, ClaimAnswer::Yours);
    assert_eq!(claimed(&world, claim(1, 2, RECEIVER, fence)).await, ClaimAnswer::Granted);
    // The answer was lost, or a line said it twice: the same claim is granted again, another one is not.
    let with = |token: &str| {
        let mut ask = claim(2, 1, RECEIVER, fence);
        ask["token"] = json!(token);
        ask
    };
    assert_eq!(claimed(&world, with("a")).await, ClaimAnswer::Granted);
    assert_eq!(claimed(&world, with("a")).await, ClaimAnswer::Granted);
    assert_eq!(claimed(&world, with("b")).await, ClaimAnswer::Yours);
    world
        .call("POST", route::LAB_CLAIM, &world.lab.token, &with(&"a".repeat(65)))
        .await
        .refused(400, "bad_claim");
    world.clock.advance(61_000);
    let newer = lease(&world, OTHER).await.fence;
    assert_eq!(claimed(&world, claim(2, 1, RECEIVER, fence)).await, ClaimAnswer::Fenced);
    assert_eq!(claimed(&world, claim(1, 1, OTHER, newer)).await, ClaimAnswer::Taken);
}

#[tokio::test]
async fn claims_are_for_own_lines_and_bounded() {
    let world = World::new().await;
    world.approved_order().await;
    let refuse = async |ask: Value, status, code: &str| {
        world.call("POST", route::LAB_CLAIM, &world.lab.token, &ask).await.refused(status, code);
    };
    refuse(claim(9, 1, RECEIVER, 1), 404, "not_found").await;
    refuse(claim(1, 0, RECEIVER, 1), 400, "bad_claim").await;
    let mut copies = claim(1, 1, RECEIVER, 1);
    copies["copies"] = json!(1_000);
    refuse(copies, 400, "bad_claim").await;
    let mut foreign = claim(1, 1, RECEIVER, 1);
    foreign["order"] = json!(OrderId::from_bytes([0x77; 16]));
    refuse(foreign, 404, "not_found").await;
    let ask = claim(1, 1, RECEIVER, 1);
    world.call("POST", route::LAB_CLAIM, &world.other_lab.token, &ask).await.refused(404, "not_found");
}

#[tokio::test]
async fn reports_move_lines_and_reach_the_studio_signed() {
    let world = World::new().await;
    world.approved_order().await;
    deliver(&world, 1).await;
    let mut held = report("r1", &[(1, Stage::Received)]);
    held.lines[0].hold = Some("paper\u{1b} jam".into());
    held.tracking = Some("DHL 1".into());
    for _ in 0..2 {
        send(&world, &held).await.done();
    }
    let order: StudioOrder = world.get(&fill(route::STUDIO_ORDER, &[&ORDER]), &world.a1.token).await.ok();
    let status = &order.order.line(1).unwrap().status;
    assert_eq!((status.stage, status.hold.as_deref()), (Stage::Received, Some("paper jam")));
    assert_eq!(order.order.line(2).unwrap().status.stage, Stage::Sent);
    assert_eq!(order.reports.len(), 1);
    let key = world.ports.directory.lab(LAB).await.unwrap().unwrap().key.unwrap();
    assert_eq!(order.reports[0].open::<LabReport>(&key).unwrap(), held);
    // Old news changes nothing.
    send(&world, &report("r2", &[(1, Stage::Sent)])).await.done();
    assert_eq!(world.order().await.line(1).unwrap().status.stage, Stage::Received);
}

#[tokio::test]
async fn printed_deliveries_end_and_their_files_leave_the_host() {
    let world = World::new().await;
    world.approved_order().await;
    deliver(&world, 1).await;
    let files = async || {
        world.ports.blobs.list(&delivery_prefix(ORDER, LAB, 1), None, 100).await.unwrap().items.len()
    };
    send(&world, &report("r1", &[(1, Stage::Printed), (2, Stage::Shipped)])).await.done();
    assert_eq!(files().await, 4);
    send(&world, &report("r2", &[(3, Stage::Printed)])).await.done();
    assert_eq!(files().await, 0);
    let delivery = world.ports.orders.delivery(ORDER, LAB, 1).await.unwrap().unwrap();
    assert_eq!(delivery.finished_at, Some(Millis(NOW)));
    send(&world, &report("r2", &[(3, Stage::Printed)])).await.done();
}

#[tokio::test]
async fn reports_that_do_not_fit_are_refused() {
    let world = World::new().await;
    world.approved_order().await;
    let good = report("r1", &[(1, Stage::Received)]);
    let signed = Signed::sign(&good, &world.other_lab.key).unwrap();
    world.call("POST", route::LAB_REPORTS, &world.lab.token, &signed).await.refused(400, "bad_signature");
    let mut changed = Signed::sign(&good, &world.lab.key).unwrap();
    changed.text = changed.text.replace("received", "printed");
    world.call("POST", route::LAB_REPORTS, &world.lab.token, &changed).await.refused(400, "bad_signature");
    let nonsense = Signed::sign(&json!({"lab": LAB}), &world.lab.key).unwrap();
    world
        .call("POST", route::LAB_REPORTS, &world.lab.token, &nonsense)
        .await
        .refused(400, "unreadable_report");
    let other = LabReport { lab: OTHER_LAB, ..good.clone() };
    send(&world, &other).await.refused(400, "other_lab");
    let missing = LabReport { order: OrderId::from_bytes([0x77; 16]), ..good.clone() };
    send(&world, &missing).await.refused(404, "not_found");
    for id in ["", "with space", &"x".repeat(81)] {
        send(&world, &LabReport { report: id.to_owned(), ..good.clone() })
            .await
            .refused(400, "bad_report_id");
    }
    for stage in [Stage::Placed, Stage::Rendering, Stage::Cancelled] {
        send(&world, &report("r", &[(1, stage)])).await.refused(400, "bad_line_report");
    }
    let many: Vec<(u32, Stage)> = (0..501).map(|n| (n, Stage::Received)).collect();
    send(&world, &report("r", &many)).await.refused(400, "too_many");
    // A lab that has nothing of the order is told nothing of it.
    let theirs = Signed::sign(&LabReport { lab: OTHER_LAB, ..good }, &world.other_lab.key).unwrap();
    world.call("POST", route::LAB_REPORTS, &world.other_lab.token, &theirs).await.refused(404, "not_found");
    assert_eq!(world.order().await.line(1).unwrap().status.stage, Stage::Approved);
}

#[tokio::test]
async fn a_lab_moves_no_other_labs_lines() {
    let world = World::new().await;
    let mut order = world.approved_order().await;
    order.routes.insert(2, OTHER_LAB);
    order.revision += 1;
    world.ports.orders.update(&order, &[]).await.unwrap();
    send(&world, &report("r1", &[(1, Stage::Received), (2, Stage::Shipped)])).await.done();
    let order = world.order().await;
    assert_eq!(order.line(1).unwrap().status.stage, Stage::Received);
    assert_eq!(order.line(2).unwrap().status.stage, Stage::Approved);
}
