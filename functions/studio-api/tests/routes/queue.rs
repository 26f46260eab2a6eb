//! The doorbell of a machine: received, deleted, extended; and nobody else's.

use std::time::Duration;

use ports::queues::QueueName;
use serde_json::json;
use wire::{
    queue::{QueueAccess, QueueMessage},
    route,
};

use crate::world::*;

fn now() -> String {
    format!("{}?wait=0", route::STUDIO_QUEUE)
}

#[tokio::test]
async fn messages_are_received_by_their_machine_and_deleted() {
    let world = World::new().await;
    world.ports.queues.send(QueueName::Machine(world.a1.id), "ding").await.unwrap();
    let others: Vec<QueueMessage> = world.get(&now(), &world.a2.token).await.ok();
    assert!(others.is_empty());
    let mine: Vec<QueueMessage> = world.get(&now(), &world.a1.token).await.ok();
    assert_eq!((mine[0].body.as_str(), mine[0].receives), ("ding", 1));
    // Hidden while it is worked on, back when it was not.
    assert!(world.get(&now(), &world.a1.token).await.ok::<Vec<QueueMessage>>().is_empty());
    let extend = json!({"receipt": mine[0].receipt, "seconds": 600});
    world.call("POST", route::STUDIO_QUEUE_EXTEND, &world.a1.token, &extend).await.done();
    world.clock.advance(120_000);
    assert!(world.get(&now(), &world.a1.token).await.ok::<Vec<QueueMessage>>().is_empty());
    world.clock.advance(500_000);
    let again: Vec<QueueMessage> = world.get(&now(), &world.a1.token).await.ok();
    assert_eq!(again[0].receives, 2);
    let delete = json!({"receipts": [again[0].receipt]});
    for _ in 0..2 {
        world.call("POST", route::STUDIO_QUEUE_DELETE, &world.a1.token, &delete).await.done();
    }
    world.clock.advance(1_000_000);
    assert!(world.get(&now(), &world.a1.token).await.ok::<Vec<QueueMessage>>().is_empty());
}

#[tokio::test]
async fn a_poll_waits_for_the_bell() {
    let world = World::new().await;
    let ring = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        world.ports.queues.send(QueueName::Machine(world.a1.id), "ding").await.unwrap();
    };
    let path = format!("{}?wait=10", route::STUDIO_QUEUE);
    let began = std::time::Instant::now();
    let (answer, ()) = tokio::join!(world.get(&path, &world.a1.token), ring);
    assert_eq!(answer.ok::<Vec<QueueMessage>>().len(), 1);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn another_machines_receipt_deletes_nothing() {
    let world = World::new().await;
    world.ports.queues.send(QueueName::Machine(world.a1.id), "ding").await.unwrap();
    let mine: Vec<QueueMessage> = world.get(&now(), &world.a1.token).await.ok();
    let delete = json!({"receipts": [mine[0].receipt]});
    world.call("POST", route::STUDIO_QUEUE_DELETE, &world.b.token, &delete).await.done();
    world.clock.advance(120_000);
    assert_eq!(world.get(&now(), &world.a1.token).await.ok::<Vec<QueueMessage>>().len(), 1);
}

#[tokio::test]
async fn receipts_waits_and_extensions_are_bounded() {
    let world = World::new().await;
    for receipt in ["", "with space", "\u{1F600}", &"x".repeat(3_000)] {
        let delete = json!({"receipts": [receipt]});
        let answer = world.call("POST", route::STUDIO_QUEUE_DELETE, &world.a1.token, &delete).await;
        answer.refused(400, "bad_receipt");
        let extend = json!({"receipt": receipt, "seconds": 1});
        let answer = world.call("POST", route::STUDIO_QUEUE_EXTEND, &world.a1.token, &extend).await;
        answer.refused(400, "bad_receipt");
    }
    let many = json!({"receipts": vec!["1.a"; 101]});
    world.call("POST", route::STUDIO_QUEUE_DELETE, &world.a1.token, &many).await.refused(400, "too_many");
    let long = json!({"receipt": "1.a", "seconds": 3_601});
    world.call("POST", route::STUDIO_QUEUE_EXTEND, &world.a1.token, &long).await.refused(400, "too_long");
    let path = format!("{}?wait=soon", route::STUDIO_QUEUE);
    world.get(&path, &world.a1.token).await.refused(400, "malformed_query");
    let access: QueueAccess = world.get(route::STUDIO_QUEUE_ACCESS, &world.a1.token).await.ok();
    assert!(matches!(access, QueueAccess::Http));
}
