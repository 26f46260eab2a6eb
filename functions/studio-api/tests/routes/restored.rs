//! After a restore: agents and labs are told of it, compare what they know, and bring back what was lost.

use domain::{
    Millis,
    epoch::Epoch,
    fulfilment::as_placed,
    id::{MachineId, OrderId},
    object_key::RelayPart,
    order::OrderState,
};
use ports::order_book::PlacedWith;
use serde_json::json;
use wire::{
    Page,
    orders::{BringBack, StudioOrder},
    publish::Holding,
    route::{self, fill},
};

use crate::world::*;

const RESTORED: Epoch = Epoch { number: 7, since: Some(Millis(NOW - 1_000)) };

async fn restored() -> World {
    World::with_epoch(RESTORED).await
}

fn lost(world: &World) -> domain::order::Order {
    let mut order = order(ORDER, STUDIO_A, &[&[world.a1.id], &[world.a2.id]]);
    order.placed_at = Millis(NOW);
    order
}

async fn bring_back(
    world: &World,
    token: &str,
    order: &domain::order::Order,
    with: Option<&str>,
) -> Answered {
    let ask = BringBack { order: order.clone(), placed_with: with.map(str::to_owned) };
    world.call("PUT", &fill(route::STUDIO_ORDER, &[&order.id]), token, &ask).await
}

#[tokio::test]
async fn every_answer_says_the_epoch_refusals_too() {
    let world = restored().await;
    for (path, token) in [(route::STUDIO_ACCOUNT, Some(&world.a1.token)), (route::LAB_DELIVERIES, None)] {
        let headers = world.headers("GET", path, token.map(String::as_str)).await;
        let said: Epoch = headers[route::EPOCH].to_str().unwrap().parse().unwrap();
        assert_eq!(said, RESTORED, "{path}");
    }
    let never = World::new().await;
    let said = never.headers("GET", route::STUDIO_ACCOUNT, Some(&never.a1.token)).await;
    assert_eq!(said[route::EPOCH], "0");
}

#[tokio::test]
async fn a_lost_order_comes_back_as_it_was_placed_and_the_customers_link_with_it() {
    let world = restored().await;
    let mut order = lost(&world);
    // As the agent last saw it.
    order.state = OrderState::Approved;
    order.routes = order.lines.iter().map(|l| (l.no, LAB)).collect();
    order.revision = 9;
    let with = PlacedWith { secret_hash: "5".repeat(64), key: "vis/key".into(), digest: "d".into() };
    let kept = serde_json::to_string(&with).unwrap();
    // What was sent of it before is in the way of what is sent again.
    let part = RelayPart { order: ORDER, lab: LAB, attempt: 1, machine: world.a1.id };
    world.ports.blobs.put_new(&part.manifest(), "{}".into(), "application/json").await.unwrap();

    let back: StudioOrder = bring_back(&world, &world.a1.token, &order, Some(&kept)).await.ok();
    assert_eq!(back.order, as_placed(&order));
    assert_eq!(back.jobs.len(), 2, "one job a home machine, to be rung");
    assert_eq!(back.placed_with.as_deref(), Some(kept.as_str()));
    let by_link = world.ports.orders.order_by_secret(&with.secret_hash).await.unwrap();
    assert_eq!(by_link.map(|o| o.id), Some(ORDER));
    assert!(world.ports.blobs.head(&part.manifest()).await.unwrap().is_none());
    // The second machine says the same: nothing changes, and nothing is sent twice.
    let again: StudioOrder = bring_back(&world, &world.a2.token, &order, Some(&kept)).await.ok();
    assert_eq!(again.order.revision, 1);
    assert_eq!(world.ports.orders.orders(STUDIO_A, None, 10).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn only_what_a_restore_can_have_lost_is_taken() {
    let world = restored().await;
    let order = lost(&world);
    let before = domain::order::Order { placed_at: Millis(NOW - 2_000), ..order.clone() };
    bring_back(&world, &world.a1.token, &before, None).await.refused(409, "not_lost");
    let ahead = domain::order::Order { placed_at: Millis(NOW + 60_000), ..order.clone() };
    bring_back(&world, &world.a1.token, &ahead, None).await.refused(409, "not_lost");
    // Another studio's order, another studio's machines, nonsense.
    bring_back(&world, &world.b.token, &order, None).await.refused(400, "other_order");
    let mut strange = order.clone();
    strange.lines[0].nodes[0].home = world.b.id;
    bring_back(&world, &world.a1.token, &strange, None).await.refused(409, "unknown_machine");
    strange.lines[0].nodes[0].home = MachineId::from_bytes([0x77; 16]);
    bring_back(&world, &world.a1.token, &strange, None).await.refused(409, "unknown_machine");
    let empty = domain::order::Order { lines: Vec::new(), ..order.clone() };
    bring_back(&world, &world.a1.token, &empty, None).await.refused(400, "bad_order");
    bring_back(&world, &world.a1.token, &order, Some("x")).await.refused(400, "bad_order");
    let path = fill(route::STUDIO_ORDER, &[&OrderId::from_bytes([1; 16])]);
    let ask = BringBack { order: order.clone(), placed_with: None };
    world.call("PUT", &path, &world.a1.token, &ask).await.refused(400, "other_order");
    // Without what it was placed with it is an order all the same; nobody's link opens it.
    let back: StudioOrder = bring_back(&world, &world.a1.token, &order, None).await.ok();
    assert_eq!(back.order.id, ORDER);

    let never = World::new().await;
    bring_back(&never, &never.a1.token, &lost(&never), None).await.refused(409, "not_lost");
}

#[tokio::test]
async fn a_customer_who_ordered_again_is_not_sent_two() {
    let world = restored().await;
    let (order, mut anew) = (lost(&world), lost(&world));
    anew.id = OrderId::from_bytes([0x0E; 16]);
    world.ports.orders.place(&anew, "s2", "vis/key", "d").await.unwrap();
    let with = json!({ "secret_hash": "5", "key": "vis/key", "digest": "d" }).to_string();
    let problem = bring_back(&world, &world.a1.token, &order, Some(&with)).await.refused(409, "placed_anew");
    assert!(problem.hint.unwrap().contains("Ask the lab"));
}

#[tokio::test]
async fn the_photos_a_host_shows_are_listed_with_their_numbers() {
    let world = restored().await;
    world.gallery().await;
    let page: Page<Holding> =
        world.get(&fill(route::STUDIO_HOLDINGS, &[&GALLERY]), &world.a1.token).await.ok();
    assert!(page.items.is_empty());
    world.get(&fill(route::STUDIO_HOLDINGS, &[&GALLERY]), &world.b.token).await.refused(404, "not_found");
}
