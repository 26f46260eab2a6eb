//! A machine's jobs: listed until done, acknowledged, progress reported; and moved when a machine is replaced.

use domain::{
    id::OrderId,
    order::{Job, Stage},
};
use serde_json::{Value, json};
use wire::{
    Page,
    galleries::Adopted,
    orders::JobInfo,
    route::{self, fill},
};

use crate::world::*;

async fn job(world: &World) -> Job {
    let jobs = world.ports.orders.jobs(ORDER).await.unwrap();
    jobs.into_iter().find(|j| j.machine == world.a1.id).unwrap()
}

async fn progress(world: &World, body: &Value) -> Answered {
    world.call("POST", &fill(route::STUDIO_JOB_PROGRESS, &[&ORDER]), &world.a1.token, body).await
}

#[tokio::test]
async fn a_machine_lists_and_acknowledges_its_own_jobs() {
    let world = World::new().await;
    world.placed_order().await;
    for n in 101..=160u8 {
        let extra = order(OrderId::from_bytes([n; 16]), STUDIO_A, &[&[world.a2.id]]);
        world.ports.orders.place(&extra, &format!("s{n}"), &format!("k{n}"), "d").await.unwrap();
    }
    let mine: Page<JobInfo> = world.get(route::STUDIO_JOBS, &world.a1.token).await.ok();
    assert_eq!(mine.items.iter().map(|j| j.order).collect::<Vec<_>>(), [ORDER]);
    let first: Page<JobInfo> = world.get(route::STUDIO_JOBS, &world.a2.token).await.ok();
    let path = format!("{}?cursor={}", route::STUDIO_JOBS, first.next.unwrap());
    let second: Page<JobInfo> = world.get(&path, &world.a2.token).await.ok();
    assert_eq!(first.items.len() + second.items.len(), 61);
    assert!(world.get(route::STUDIO_JOBS, &world.b.token).await.ok::<Page<JobInfo>>().items.is_empty());

    let ack = fill(route::STUDIO_JOB_ACK, &[&ORDER]);
    for _ in 0..2 {
        world.call("POST", &ack, &world.a1.token, &json!({})).await.done();
    }
    assert!(job(&world).await.acknowledged_at.is_some());
    let jobs = world.ports.orders.jobs(ORDER).await.unwrap();
    assert!(jobs.iter().any(|j| j.machine == world.a2.id && j.acknowledged_at.is_none()));
    // An order of the studio in which this machine has no picture.
    let ack = fill(route::STUDIO_JOB_ACK, &[&OrderId::from_bytes([101; 16])]);
    world.call("POST", &ack, &world.a1.token, &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn waiting_is_said_and_cleared() {
    let world = World::new().await;
    world.placed_order().await;
    progress(&world, &json!({"waiting": "connect \u{1b}'Photos SSD'"})).await.done();
    assert_eq!(job(&world).await.waiting.as_deref(), Some("connect 'Photos SSD'"));
    progress(&world, &json!({})).await.done();
    assert!(job(&world).await.waiting.is_some());
    progress(&world, &json!({"waiting": ""})).await.done();
    assert_eq!(job(&world).await.waiting, None);
}

#[tokio::test]
async fn rendering_and_holds_move_only_own_lines() {
    let world = World::new().await;
    world.placed_order().await;
    progress(&world, &json!({"rendering": [1]})).await.refused(409, "not_approved");
    let world = World::new().await;
    world.approved_order().await;
    let status = async |no: u32| world.order().await.line(no).unwrap().status.clone();
    progress(&world, &json!({"rendering": [1, 3]})).await.done();
    assert_eq!(status(1).await.stage, Stage::Rendering);
    assert_eq!(status(2).await.stage, Stage::Approved);
    progress(&world, &json!({"rendering": [1, 2]})).await.refused(400, "not_this_machines");
    progress(&world, &json!({"rendering": [9]})).await.refused(400, "not_this_machines");
    let many: Vec<u32> = (0..501).collect();
    progress(&world, &json!({"rendering": many})).await.refused(400, "too_many");

    progress(&world, &json!({"holds": {"1": "cannot be read"}})).await.done();
    assert_eq!(
        (status(1).await.hold.as_deref(), status(1).await.stage),
        (Some("cannot be read"), Stage::Rendering)
    );
    progress(&world, &json!({"holds": {"1": ""}})).await.done();
    assert_eq!(status(1).await.hold, None);
    // What the lab has taken over is the lab's.
    let taken = domain::fulfilment::LineReport { line: 1, attempt: 1, stage: Stage::Received, hold: None };
    world.ports.orders.report_lines(ORDER, &[taken], domain::Millis(NOW)).await.unwrap();
    progress(&world, &json!({"rendering": [1], "holds": {"1": "late"}})).await.done();
    assert_eq!((status(1).await.stage, status(1).await.hold), (Stage::Received, None));
}

#[tokio::test]
async fn a_replaced_machines_work_moves_to_the_one_that_adopts() {
    let world = World::new().await;
    world.gallery().await;
    world.placed_order().await;
    let path = fill(route::STUDIO_ADOPT, &[&GALLERY]);
    let adopt = async |from| world.call("POST", &path, &world.a2.token, &json!({"from": from})).await;
    adopt(world.a2.id).await.refused(400, "same_machine");
    adopt(world.b.id).await.refused(404, "not_found");
    let adopted: Adopted = adopt(world.a1.id).await.ok();
    assert_eq!((adopted.photos, adopted.jobs), (0, 1));
    assert_eq!(world.order().await.homes(), [world.a2.id].into());
    let again: Adopted = adopt(world.a1.id).await.ok();
    assert_eq!(again.jobs, 0);
}
