//! Orders as the studio decides them: approve and cancel compete, and the first decision stands.

use std::collections::BTreeMap;

use domain::{
    Millis,
    id::{LabId, OrderId},
    order::{OrderState, Stage},
};
use ports::order_book::OutboxEvent;
use serde_json::{Value, json};
use wire::{
    Page,
    orders::{OrderSummary, StudioOrder},
    route::{self, fill},
};

use crate::world::*;

async fn decide(world: &World, route: &str, body: &Value) -> Answered {
    world.call("POST", &fill(route, &[&ORDER]), &world.a1.token, body).await
}

fn all_to(lab: LabId) -> Value {
    json!({"routes": (1..=3).map(|no| (no, lab)).collect::<BTreeMap<u32, LabId>>()})
}

/// Empties the outbox; who was rung.
async fn rung(world: &World) -> Vec<OutboxEvent> {
    let rows = world.ports.orders.outbox(100).await.unwrap();
    for row in &rows {
        world.ports.orders.dispatched(&row.id).await.unwrap();
    }
    rows.into_iter().map(|r| r.event).collect()
}

#[tokio::test]
async fn orders_are_listed_newest_first_and_shown_whole() {
    let world = World::new().await;
    world.placed_order().await;
    let mut later = order(OrderId::from_bytes([0x0E; 16]), STUDIO_A, &[&[world.a1.id]]);
    later.placed_at = Millis(NOW + 1);
    world.ports.orders.place(&later, "s2", "k2", "d2").await.unwrap();
    let page: Page<OrderSummary> = world.get(route::STUDIO_ORDERS, &world.a1.token).await.ok();
    assert_eq!(page.items.iter().map(|o| o.order).collect::<Vec<_>>(), [later.id, ORDER]);
    let summary = &page.items[1];
    assert_eq!((summary.prints, summary.holds, summary.paid), (6, 0, false));
    assert_eq!((summary.stage, summary.state), (Stage::Placed, OrderState::Placed));
    assert_eq!((summary.number.as_str(), summary.customer_name.as_str()), (ORDER.number().as_str(), "Ada"));
    let others: Page<OrderSummary> = world.get(route::STUDIO_ORDERS, &world.b.token).await.ok();
    assert!(others.items.is_empty());

    let shown: StudioOrder = world.get(&fill(route::STUDIO_ORDER, &[&ORDER]), &world.a2.token).await.ok();
    assert_eq!(shown.order.lines.len(), 3);
    let machines: Vec<_> = shown.jobs.iter().map(|j| (j.machine, j.acknowledged, j.done)).collect();
    assert_eq!(machines, [(world.a1.id, false, false), (world.a2.id, false, false)]);
    assert!(shown.jobs[0].machine_name.starts_with("Machine "));
    // For a customer who lost her link.
    let secret = world.ports.secrets.order_status_secret(ORDER);
    assert!(shown.customers_page.unwrap().ends_with(&format!("/order/{secret}")));
}

#[tokio::test]
async fn approval_routes_lines_and_rings_every_home() {
    let world = World::new().await;
    world.placed_order().await;
    world.paired().await;
    rung(&world).await;
    let approved: StudioOrder = decide(&world, route::STUDIO_APPROVE, &all_to(LAB)).await.ok();
    assert_eq!(approved.order.state, OrderState::Approved);
    assert!(approved.order.lines.iter().all(|l| l.status.stage == Stage::Approved));
    assert_eq!(approved.jobs[0].attempts, [(LAB, 1)].into());
    let job = |machine| OutboxEvent::Job { order: ORDER, machine };
    assert_eq!(rung(&world).await, [job(world.a1.id), job(world.a2.id)]);
    // The same again, and another wish: the first decision stands, and nobody is rung.
    let again: StudioOrder = decide(&world, route::STUDIO_APPROVE, &all_to(OTHER_LAB)).await.ok();
    assert_eq!(again.order.routes, approved.order.routes);
    assert_eq!(again.order.revision, approved.order.revision);
    assert!(rung(&world).await.is_empty());
    decide(&world, route::STUDIO_CANCEL, &json!({"reason": "x"})).await.refused(409, "already_approved");
}

#[tokio::test]
async fn only_labs_that_accepted_get_lines() {
    let world = World::new().await;
    world.placed_order().await;
    let approve = async |routes: &Value| decide(&world, route::STUDIO_APPROVE, routes).await;
    approve(&all_to(LAB)).await.refused(409, "lab_not_paired");
    approve(&all_to(LabId::from_bytes([0x99; 16]))).await.refused(409, "unknown_lab");
    world.ask_pairing().await.ok::<Value>();
    approve(&all_to(LAB)).await.refused(409, "lab_not_accepted");
    let answer = fill(route::LAB_PAIRING, &[&STUDIO_A]);
    world.call("POST", &answer, &world.lab.token, &json!({"accept": false})).await.done();
    approve(&all_to(LAB)).await.refused(409, "lab_refused");
    world.paired().await;
    approve(&json!({"routes": {"1": LAB, "2": LAB}})).await.refused(400, "unrouted_line");
    approve(&json!({"routes": {"1": LAB, "2": LAB, "3": LAB, "4": LAB}})).await.refused(400, "unknown_line");
    let many: BTreeMap<u32, LabId> = (0..501).map(|n| (n, LAB)).collect();
    approve(&json!({"routes": many})).await.refused(400, "too_many");
    assert_eq!(world.order().await.state, OrderState::Placed);
    approve(&all_to(LAB)).await.ok::<Value>();
}

#[tokio::test]
async fn a_cancelled_order_stays_cancelled() {
    let world = World::new().await;
    world.placed_order().await;
    world.paired().await;
    rung(&world).await;
    for _ in 0..2 {
        let cancelled: StudioOrder =
            decide(&world, route::STUDIO_CANCEL, &json!({"reason": "double"})).await.ok();
        assert_eq!(cancelled.order.state, OrderState::Cancelled);
    }
    assert_eq!(rung(&world).await.len(), 2);
    decide(&world, route::STUDIO_APPROVE, &all_to(LAB)).await.refused(409, "cancelled");
    decide(&world, route::STUDIO_MARK_PAID, &json!({})).await.refused(409, "cancelled");
}

#[tokio::test]
async fn approve_and_cancel_at_once_leave_one_decision() {
    for _ in 0..10 {
        let world = World::new().await;
        world.placed_order().await;
        world.paired().await;
        let (routes, reason) = (all_to(LAB), json!({}));
        let (approved, cancelled) = tokio::join!(
            decide(&world, route::STUDIO_APPROVE, &routes),
            decide(&world, route::STUDIO_CANCEL, &reason),
        );
        let wins = [approved.status.as_u16(), cancelled.status.as_u16()];
        assert!(wins == [200, 409] || wins == [409, 200], "{wins:?}");
        let state = world.order().await.state;
        assert_eq!(state == OrderState::Approved, wins[0] == 200);
    }
}

#[tokio::test]
async fn payment_is_noted_once() {
    let world = World::new().await;
    world.placed_order().await;
    rung(&world).await;
    let paid: StudioOrder = decide(&world, route::STUDIO_MARK_PAID, &json!({})).await.ok();
    assert_eq!(paid.order.paid_at, Some(Millis(NOW)));
    assert_eq!(rung(&world).await.len(), 2);
    world.clock.advance(5_000);
    let again: StudioOrder = decide(&world, route::STUDIO_MARK_PAID, &json!({})).await.ok();
    assert_eq!(again.order.paid_at, Some(Millis(NOW)));
    assert!(rung(&world).await.is_empty());
}
