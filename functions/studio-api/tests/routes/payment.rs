//! How a studio takes money: keys that are never said again, and codes that are known by their hashes.

use domain::{
    Millis,
    order::{LineKind, Order, PaymentMethod, Settlement},
};
use ports::payment_book::Keys;
use serde_json::{Value, json};
use wire::{
    orders::StudioOrder,
    payment::{PaymentInfo, PrepaidInfo},
    route::{self, fill},
};

use crate::world::*;

const SECRET: &str = "rk_test_51H7qXyzSecretSecret";
const WEBHOOK: &str = "whsec_AbcdefSecretSecret";

#[tokio::test]
async fn keys_are_sealed_and_only_hinted_at() {
    let world = World::new().await;
    let put = json!({ "secret_key": format!(" {SECRET}\n"), "webhook_secret": WEBHOOK, "only": true });
    let answer = world.call("PUT", route::STUDIO_STRIPE, &world.a1.token, &put).await;
    assert!(!String::from_utf8_lossy(&answer.body).contains("SecretSecret"));
    let info: PaymentInfo = answer.ok();
    let stripe = info.stripe.unwrap();
    assert_eq!((stripe.key_hint.as_str(), stripe.live, stripe.only), ("cret", false, true));
    assert_eq!(info.webhook_url, format!("{SITE}/api/order/stripe/{STUDIO_A}"));
    let stored = world.ports.payments.provider(STUDIO_A).await.unwrap().unwrap();
    assert!(!serde_json::to_string(&stored).unwrap().contains("SecretSecret"), "sealed where it is stored");
    let keys = Keys::of(&world.ports, STUDIO_A).await.unwrap().unwrap();
    assert_eq!((keys.secret_key.as_str(), keys.webhook_secret.as_str()), (SECRET, WEBHOOK));
    // Another studio's row with these bytes opens nothing.
    world.ports.payments.put_provider(STUDIO_B, Some(&stored)).await.unwrap();
    assert!(Keys::of(&world.ports, STUDIO_B).await.is_err());

    let refused = async |change: fn(&mut Value)| {
        let mut bad = put.clone();
        change(&mut bad);
        let problem =
            world.call("PUT", route::STUDIO_STRIPE, &world.a1.token, &bad).await.refused(400, "bad_key");
        assert!(!problem.message.contains("Secret") && !problem.hint.unwrap().contains("Secret"));
    };
    refused(|p| p["secret_key"] = json!("pk_test_51H7qXyzSecretSecret")).await;
    refused(|p| p["secret_key"] = json!("sk_")).await;
    refused(|p| p["secret_key"] = json!("sk_test_51H7q yzSecretSecret")).await;
    refused(|p| p["webhook_secret"] = json!("SecretSecretSecretSecret")).await;

    world.call("DELETE", route::STUDIO_STRIPE, &world.a1.token, &json!({})).await.done();
    let info: PaymentInfo = world.get(route::STUDIO_PAYMENT, &world.a1.token).await.ok();
    assert_eq!(info.stripe, None);
}

#[tokio::test]
async fn prepaid_codes_are_made_once_and_listed_without_themselves() {
    let world = World::new().await;
    let code = |code: &str, minor: i64| {
        json!({
            "code": code, "made_at": NOW, "note": "Raffle\u{7}",
            "worth": { "money": { "minor": minor, "currency": "EUR" } },
        })
    };
    for _ in 0..2 {
        let made: PrepaidInfo = world
            .call("POST", route::STUDIO_PREPAID, &world.a1.token, &code("pay 2222 3333 4444", 5_000))
            .await
            .ok();
        assert_eq!((made.hint.as_str(), made.note.as_deref()), ("4444", Some("Raffle")));
    }
    let dearer = code("PAY-2222-3333-4444", 6_000);
    world.call("POST", route::STUDIO_PREPAID, &world.a1.token, &dearer).await.refused(409, "code_taken");
    for bad in [code("2222-3333-4444", 5_000), code("PAY-2222", 5_000), code("PAY-5555-6666-7777", 0)] {
        world.call("POST", route::STUDIO_PREPAID, &world.a1.token, &bad).await.refused(400, "bad_prepaid");
    }
    let product = json!({ "code": "PAY-5555-6666-7777", "made_at": NOW, "worth": { "product": { "product": "a", "quantity": 0 } } });
    world.call("POST", route::STUDIO_PREPAID, &world.a1.token, &product).await.refused(400, "bad_prepaid");
    let listed = world.get(route::STUDIO_PREPAID, &world.a1.token).await;
    assert!(!String::from_utf8_lossy(&listed.body).contains("3333"));
    let listed: wire::Page<PrepaidInfo> = listed.ok();
    assert_eq!((listed.items.len(), listed.items[0].redeemed), (1, None));
    let others: wire::Page<PrepaidInfo> = world.get(route::STUDIO_PREPAID, &world.b.token).await.ok();
    assert!(others.items.is_empty());
}

async fn place(world: &World, change: impl FnOnce(&mut Order)) -> Order {
    let mut order = order(ORDER, STUDIO_A, &[&[world.a1.id]]);
    change(&mut order);
    world.ports.orders.place(&order, "secret", "key", "digest").await.unwrap();
    order
}

#[tokio::test]
async fn an_order_to_be_paid_online_is_not_approved_before_and_a_hold_is_lifted_by_a_person() {
    let world = World::new().await;
    let placed = place(&world, |o| {
        o.payment = PaymentMethod::Stripe;
        o.lines[0].kind = LineKind::Item;
    })
    .await;
    let path = |route: &str| fill(route, &[&placed.id]);
    let approve = async || {
        world.call("POST", &path(route::STUDIO_APPROVE), &world.a1.token, &json!({ "routes": {} })).await
    };
    let problem = approve().await.refused(409, "unpaid");
    assert!(problem.hint.unwrap().contains("orders mark-paid"));
    let paid: StudioOrder =
        world.call("POST", &path(route::STUDIO_MARK_PAID), &world.a1.token, &json!({})).await.ok();
    assert_eq!(paid.order.paid_at, Some(Millis(NOW)));
    let held = Order {
        settlement: Settlement { hold: Some("disputed".into()), ..Settlement::default() },
        revision: paid.order.revision + 1,
        ..paid.order
    };
    world.ports.orders.update(&held, &[]).await.unwrap();
    let settled: StudioOrder =
        world.call("POST", &path(route::STUDIO_MARK_PAID), &world.a1.token, &json!({})).await.ok();
    assert_eq!((settled.order.settlement.hold, settled.order.paid_at), (None, Some(Millis(NOW))));
    let approved: StudioOrder = approve().await.ok();
    assert!(approved.order.routes.is_empty(), "an item needs no lab");

    // The studio hands it over, and owes nothing more.
    let progress = path(route::STUDIO_JOB_PROGRESS);
    world.call("POST", &progress, &world.a1.token, &json!({ "delivered": [1] })).await.done();
    let order = world.ports.orders.order(placed.id).await.unwrap().unwrap();
    assert_eq!(order.lines[0].status.stage, domain::order::Stage::Shipped);
    assert!(world.ports.orders.jobs(placed.id).await.unwrap()[0].done_at.is_some());
}

#[tokio::test]
async fn what_a_lab_prints_the_studio_cannot_call_delivered() {
    let world = World::new().await;
    let placed = place(&world, |_| ()).await;
    let routes = [(1, LAB)].into();
    let approved = domain::fulfilment::approve(&placed, &routes, Millis(NOW)).unwrap().unwrap();
    world.ports.orders.update(&approved, &[]).await.unwrap();
    let progress = fill(route::STUDIO_JOB_PROGRESS, &[&placed.id]);
    let said = json!({ "delivered": [1] });
    world.call("POST", &progress, &world.a1.token, &said).await.refused(400, "not_the_studios");
}
