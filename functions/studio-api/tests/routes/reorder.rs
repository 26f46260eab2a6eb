//! An order sold again: priced today, placed once, for the same customer.

use domain::order::{Order, OrderState, PaymentMethod};
use serde_json::{Value, json};
use wire::{
    orders::Reordered,
    route::{self, fill},
};

use crate::world::*;

const KEY: &str = "0123456789abcdef";

impl World {
    /// The sample order: three lines of two 8 × 10, the third of two pictures, which no print takes.
    async fn sold(&self) -> Order {
        let mut order = order(ORDER, STUDIO_A, &[&[self.a1.id], &[self.a2.id], &[self.a1.id, self.a2.id]]);
        let (list, version) = order.price_list;
        let prices = json!({
            "name": "Prints", "currency": "EUR", "minimum_minor": 0,
            "shipping": {"flat_minor": 490, "pick_up": true},
            "products": [{
                "id": "8x10", "name": "8 × 10", "width_in": 8.0, "height_in": 10.0, "surface": "lustre",
                "nodes": 1, "price_minor": 1700,
            }],
        });
        let path = fill(route::STUDIO_PRICE_LIST, &[&list, &version]);
        self.call("PUT", &path, &self.a1.token, &prices).await.done();
        for node in order.lines.iter_mut().flat_map(|l| &mut l.nodes) {
            node.crop = domain::geometry::centred(node.frame, 8, 10);
        }
        self.ports.orders.place(&order, "secret", "key", "digest").await.unwrap();
        order
    }

    async fn sell_no_prints_any_more(&self) {
        let list = domain::id::PriceListId::from_bytes([77; 16]);
        let frames = json!({
            "name": "Frames", "currency": "EUR", "minimum_minor": 0,
            "shipping": {"flat_minor": 490, "pick_up": true},
            "products": [{
                "id": "frame", "name": "Frame", "width_in": 4.0, "height_in": 6.0, "surface": "lustre",
                "nodes": 1, "price_minor": 900,
            }],
        });
        let path = fill(route::STUDIO_PRICE_LIST, &[&list, &1]);
        self.call("PUT", &path, &self.a1.token, &frames).await.done();
        let gallery = json!({
            "name": "Frames", "state": "open", "price_list": {"list": list, "version": 1}, "revision": 0,
        });
        let path = fill(route::STUDIO_GALLERY, &[&GALLERY]);
        let _: wire::galleries::GalleryInfo = self.call("PUT", &path, &self.a1.token, &gallery).await.ok();
    }

    async fn reorder(&self, body: &Value) -> Answered {
        self.call("POST", &fill(route::STUDIO_REORDER, &[&ORDER]), &self.a1.token, body).await
    }
}

#[tokio::test]
async fn it_is_priced_first_and_then_placed_once_at_that_price() {
    let world = World::new().await;
    let before = world.sold().await;
    let ask = |total: Value| json!({ "quantities": { "1": 3, "2": 1 }, "key": KEY, "total_shown": total, "by": "Jo" });
    let priced: Reordered = world.reorder(&ask(Value::Null)).await.ok();
    assert!(priced.placed.is_none());
    assert_eq!(
        priced.lines.iter().map(|l| (l.line, l.total.minor)).collect::<Vec<_>>(),
        [(1, 5_100), (2, 1_700)]
    );
    assert_eq!(priced.total.minor, 6_800, "prices of today, picked up as before");
    world.reorder(&ask(json!(before.total))).await.refused(409, "price_changed");
    let placed: Reordered = world.reorder(&ask(json!(priced.total))).await.ok();
    let new = placed.placed.unwrap().order;
    assert_ne!(new.id, before.id);
    assert_eq!((new.state, new.payment, new.paid_at), (OrderState::Placed, PaymentMethod::PayStudio, None));
    assert_eq!((&new.customer, new.handling.reorder_of), (&before.customer, Some(before.id)));
    assert_eq!(new.lines.iter().map(|l| l.quantity).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(new.lines[1].nodes, before.lines[1].nodes);
    // The answer was lost: the same request is the same order, and another one is refused.
    let again: Reordered = world.reorder(&ask(json!(priced.total))).await.ok();
    assert_eq!(again.placed.unwrap().order.id, new.id);
    // Also when it could not be sold any more.
    world.sell_no_prints_any_more().await;
    world.reorder(&ask(Value::Null)).await.refused(409, "product_changed");
    let again: Reordered = world.reorder(&ask(json!(priced.total))).await.ok();
    assert_eq!(json!([again.total, again.lines]), json!([priced.total, priced.lines]));
    assert_eq!(again.placed.unwrap().order.id, new.id);
    let other = json!({ "quantities": { "1": 1 }, "key": KEY, "total_shown": priced.total });
    world.reorder(&other).await.refused(409, "key_reused");
    // Both machines have work to do with it, and the order before is as it was.
    for machine in [world.a1.id, world.a2.id] {
        let open = world.ports.orders.open_jobs(machine, None, 10).await.unwrap().items;
        assert!(open.iter().any(|job| job.order == new.id));
    }
    assert_eq!(world.order().await, before);
}

#[tokio::test]
async fn what_cannot_be_sold_as_it_was_is_refused_with_a_way_on() {
    let world = World::new().await;
    world.sold().await;
    let ask = |quantities: Value| json!({ "quantities": quantities, "key": KEY });
    world.reorder(&ask(json!({ "9": 1 }))).await.refused(400, "bad_reorder");
    world.reorder(&ask(json!({ "1": 0 }))).await.refused(400, "bad_reorder");
    let problem = world.reorder(&ask(json!({ "3": 1 }))).await.refused(409, "product_changed");
    assert!(problem.hint.unwrap().contains("Leave that line out"));
    world
        .reorder(&json!({ "quantities": { "1": 1 }, "key": "short" }))
        .await
        .refused(400, "no_idempotency_key");
    world.reorder(&ask(json!({ "1": 1_000_000 }))).await.refused(409, "not_sold");
    // Another studio does not find the order.
    let path = fill(route::STUDIO_REORDER, &[&ORDER]);
    world.call("POST", &path, &world.b.token, &ask(json!({}))).await.refused(404, "not_found");
}
