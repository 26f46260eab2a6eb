//! Price lists: checked, and immutable once stored.

use domain::id::PriceListId;
use serde_json::{Value, json};
use wire::route::{self, fill};

use crate::world::*;

const LIST: PriceListId = PriceListId::from_bytes([7; 16]);

fn list() -> Value {
    json!({
        "name": "Prints\u{7}", "currency": "EUR", "minimum_minor": 500,
        "shipping": {"flat_minor": 490, "pick_up": true},
        "products": [{
            "id": "8x10-lustre", "name": "8 × 10", "width_in": 8.0, "height_in": 10.0, "surface": "lustre",
            "nodes": 1, "price_minor": 1500,
        }],
    })
}

fn path(version: u32) -> String {
    fill(route::STUDIO_PRICE_LIST, &[&LIST, &version])
}

#[tokio::test]
async fn a_version_is_stored_once_and_never_changed() {
    let world = World::new().await;
    for _ in 0..2 {
        world.call("PUT", &path(1), &world.a1.token, &list()).await.done();
    }
    let mut dearer = list();
    dearer["products"][0]["price_minor"] = json!(1600);
    world.call("PUT", &path(1), &world.a1.token, &dearer).await.refused(409, "price_list_differs");
    world.call("PUT", &path(2), &world.a1.token, &dearer).await.done();
    let stored = world.ports.prices.get(STUDIO_A, LIST, 1).await.unwrap().unwrap();
    assert_eq!((stored.name.as_str(), stored.products[0].price_minor), ("Prints", 1500));
    // Another studio's list of the same id is another list.
    assert!(world.ports.prices.get(STUDIO_B, LIST, 1).await.unwrap().is_none());
    world.call("PUT", &path(1), &world.b.token, &dearer).await.done();
    assert_eq!(world.ports.prices.get(STUDIO_A, LIST, 1).await.unwrap(), Some(stored));
}

#[tokio::test]
async fn lists_that_cannot_be_priced_are_refused_with_the_product() {
    let world = World::new().await;
    let refused = async |change: &dyn Fn(&mut Value), words: &str| {
        let mut bad = list();
        change(&mut bad);
        let answer = world.call("PUT", &path(1), &world.a1.token, &bad).await;
        let problem = answer.refused(400, "bad_price_list");
        assert!(problem.message.contains(words), "{}", problem.message);
    };
    refused(&|l| l["products"] = json!([]), "no products").await;
    refused(&|l| l["name"] = json!(" "), "no name").await;
    refused(&|l| l["products"][0]["name"] = json!(""), "8x10-lustre").await;
    refused(&|l| l["products"][0]["id"] = json!("../x"), "../x").await;
    refused(&|l| l["products"][0]["price_minor"] = json!(-1), "price").await;
    refused(&|l| l["products"][0]["width_in"] = json!(0.0), "width").await;
    refused(&|l| l["shipping"]["flat_minor"] = json!(-490), "shipping").await;
    refused(&|l| l["minimum_minor"] = json!(i64::MAX), "smallest order").await;
    world.call("PUT", &path(0), &world.a1.token, &list()).await.refused(400, "bad_price_list");
    let mut many = list();
    many["products"] = (0..301).map(|_| list()["products"][0].clone()).collect();
    world.call("PUT", &path(1), &world.a1.token, &many).await.refused(400, "too_many");
    let mut currency = list();
    currency["currency"] = json!("euro");
    world.call("PUT", &path(1), &world.a1.token, &currency).await.refused(400, "unreadable_body");
}
