//! The doorbell of a lab.

use ports::queues::QueueName;
use serde_json::json;
use wire::{
    queue::{QueueAccess, QueueMessage},
    route,
};

use crate::world::*;

#[tokio::test]
async fn a_lab_hears_its_own_doorbell() {
    let world = World::new().await;
    let path = format!("{}?wait=0", route::LAB_QUEUE);
    world.ports.queues.send(QueueName::Lab(LAB), "ding").await.unwrap();
    assert!(world.get(&path, &world.other_lab.token).await.ok::<Vec<QueueMessage>>().is_empty());
    let mine: Vec<QueueMessage> = world.get(&path, &world.lab.token).await.ok();
    assert_eq!(mine[0].body, "ding");
    let extend = json!({"receipt": mine[0].receipt, "seconds": 300});
    world.call("POST", route::LAB_QUEUE_EXTEND, &world.lab.token, &extend).await.done();
    world.clock.advance(120_000);
    assert!(world.get(&path, &world.lab.token).await.ok::<Vec<QueueMessage>>().is_empty());
    let delete = json!({"receipts": [mine[0].receipt]});
    world.call("POST", route::LAB_QUEUE_DELETE, &world.lab.token, &delete).await.done();
    world.clock.advance(1_000_000);
    assert!(world.get(&path, &world.lab.token).await.ok::<Vec<QueueMessage>>().is_empty());
    let access: QueueAccess = world.get(route::LAB_QUEUE_ACCESS, &world.lab.token).await.ok();
    assert!(matches!(access, QueueAccess::Http));
}

#[tokio::test]
async fn nonsense_is_refused() {
    let world = World::new().await;
    let delete = json!({"receipts": [""]});
    world.call("POST", route::LAB_QUEUE_DELETE, &world.lab.token, &delete).await.refused(400, "bad_receipt");
    let extend = json!({"receipt": "1.a", "seconds": u32::MAX});
    world.call("POST", route::LAB_QUEUE_EXTEND, &world.lab.token, &extend).await.refused(400, "too_long");
    let path = format!("{}?wait=-1", route::LAB_QUEUE);
    world.get(&path, &world.lab.token).await.refused(400, "malformed_query");
}
