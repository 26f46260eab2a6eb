//! Files that were bought: brought by the machine that holds them, in parts, and offered when all are there.

use bytes::Bytes;
use domain::{
    Millis,
    hash::Sha256,
    object_key::DigitalPart,
    order::{LineKind, Order, Stage},
};
use serde_json::{Value, json};
use wire::{
    orders::RelayParts,
    route::{self, fill},
};

use crate::world::*;

/// Line 1 is a file of machine 1, line 2 a print of machine 2; both are approved.
async fn sold(world: &World) -> Order {
    let mut order = order(ORDER, STUDIO_A, &[&[world.a1.id], &[world.a2.id]]);
    order.lines[0].kind = LineKind::Digital { whole: None, release: "Print it.".into() };
    world.ports.orders.place(&order, "secret", "key", "digest").await.unwrap();
    world.paired().await;
    order
}

async fn approve(world: &World) {
    let path = fill(route::STUDIO_APPROVE, &[&ORDER]);
    world.call("POST", &path, &world.a1.token, &json!({"routes": {"2": LAB}})).await.ok::<Value>();
}

fn part(line: u32, attempt: u32) -> Value {
    let sha = Sha256::of(b"original");
    json!({"line": line, "attempt": attempt, "name": "a.jpg", "sha256": sha, "length": 8, "parts": [sha]})
}

fn ready(days: u32) -> Value {
    let files = json!([{"name": "../a.jpg", "sha256": Sha256::of(b"original"), "length": 8}]);
    json!({"line": 1, "attempt": 1, "files": files, "days": days})
}

#[tokio::test]
async fn a_file_is_taken_from_its_home_after_the_approval_and_offered_once() {
    let world = World::new().await;
    sold(&world).await;
    let parts = fill(route::STUDIO_DIGITAL_PARTS, &[&ORDER]);
    let said = fill(route::STUDIO_DIGITAL_READY, &[&ORDER]);
    let (mine, other) = (&world.a1.token, &world.a2.token);
    world.call("POST", &parts, mine, &part(1, 1)).await.refused(409, "not_approved");
    approve(&world).await;
    world.call("POST", &parts, other, &part(1, 1)).await.refused(409, "no_files_wanted");
    world.call("POST", &parts, &world.b.token, &part(1, 1)).await.refused(404, "not_found");
    world.call("POST", &parts, mine, &part(2, 1)).await.refused(409, "no_files_wanted");
    world.call("POST", &parts, mine, &part(1, 2)).await.refused(409, "other_attempt");
    let step: RelayParts = world.call("POST", &parts, mine, &part(1, 1)).await.ok();
    assert!(!step.done && step.missing.len() == 1);
    world.call("POST", &said, mine, &ready(30)).await.refused(409, "file_missing");
    assert_eq!(world.order().await.lines[0].status.stage, Stage::Approved);

    let key = DigitalPart { order: ORDER, line: 1, attempt: 1, machine: world.a1.id }
        .file(&Sha256::of(b"original"));
    world.ports.blobs.put_new(&key, Bytes::from_static(b"original"), "image/jpeg").await.unwrap();
    let step: RelayParts = world.call("POST", &parts, mine, &part(1, 1)).await.ok();
    assert!(step.done);
    for days in [0, 181] {
        world.call("POST", &said, mine, &ready(days)).await.refused(400, "bad_offer");
    }
    for _ in 0..2 {
        world.call("POST", &said, mine, &ready(30)).await.done();
    }
    let order = world.order().await;
    assert_eq!(order.lines[0].status.stage, Stage::Shipped);
    let offered = &order.handling.digitals[..];
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0].files[0].name, "_a.jpg");
    assert_eq!(offered[0].until, Millis(NOW + 30 * Millis::DAY));
    world.call("POST", &parts, mine, &part(1, 1)).await.refused(409, "no_files_wanted");
    let jobs = world.ports.orders.jobs(ORDER).await.unwrap();
    assert!(jobs.iter().find(|j| j.machine == world.a1.id).unwrap().done_at.is_some());
}

#[tokio::test]
async fn nothing_is_taken_of_an_order_whose_money_went_back() {
    let world = World::new().await;
    let total = sold(&world).await.total;
    approve(&world).await;
    world
        .call("POST", &fill(route::STUDIO_MARK_PAID, &[&ORDER]), &world.a1.token, &json!({}))
        .await
        .ok::<Value>();
    let note = json!({"amount": total, "text": "not wanted", "at": NOW});
    let path = fill(route::STUDIO_REFUND_NOTE, &[&ORDER]);
    world.call("POST", &path, &world.a1.token, &note).await.ok::<Value>();
    let parts = fill(route::STUDIO_DIGITAL_PARTS, &[&ORDER]);
    world.call("POST", &parts, &world.a1.token, &part(1, 1)).await.refused(409, "withdrawn");
}

#[tokio::test]
async fn only_a_whole_gallery_has_its_pictures_listed() {
    let world = World::new().await;
    sold(&world).await;
    approve(&world).await;
    let path = fill(route::STUDIO_DIGITAL_PICTURES, &[&ORDER, &1]);
    world.get(&path, &world.a1.token).await.refused(400, "no_whole_gallery");
    let path = fill(route::STUDIO_DIGITAL_PICTURES, &[&ORDER, &9]);
    world.get(&path, &world.a1.token).await.refused(404, "not_found");
}
