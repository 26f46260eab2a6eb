//! Paying with Stripe Checkout, against a stand-in that follows Stripe's API.

use domain::{id::StudioId, order::Order, payment::Provider};
use ports::payment_book::Keys;

use super::{
    selling::STUDIO,
    stripe_stand_in::{self as stand_in, KEY as STRIPE_KEY, Stripe as StandIn, WEBHOOK, event, sign},
    *,
};

/// A studio whose customers pay with Stripe, and an order that waits for it.
async fn unpaid() -> (StandIn, Seed, Browser, Value) {
    let stripe = StandIn::start().await;
    let (seed, mut browser, base) = shopper_at(&stripe.address).await;
    let body = online_order(&seed);
    let place = format!("{base}/place");
    let refused = browser.ask_with("POST", &place, Some(body.clone()), &[KEY]).await;
    assert_eq!(refused.json["code"], "no_online_payment", "not before the studio has set it up");
    set_up(&seed, false).await;
    let placed = browser.ask_with("POST", &place, Some(body), &[KEY]).await;
    assert_eq!(placed.status, 201, "{}", placed.json);
    (stripe, seed, browser, placed.json)
}

fn online_order(seed: &Seed) -> Value {
    let mut body = order(vec![line(seed, 0, 2)], 3_000);
    body["payment"] = json!("stripe");
    body
}

async fn set_up(seed: &Seed, only: bool) {
    let keys = Keys { secret_key: STRIPE_KEY.into(), webhook_secret: WEBHOOK.into() };
    let sealed = keys.seal(&seed.ports.secrets, STUDIO).unwrap();
    assert!(!sealed.contains("sk_test"));
    let provider = Provider {
        name: "stripe".into(),
        sealed,
        hint: "p7dc".into(),
        live: false,
        only,
        set_at: domain::Millis(NOW),
    };
    assert!(
        Keys::open(&seed.ports.secrets, StudioId::from_bytes([2; 16]), &provider).is_none(),
        "of this studio alone"
    );
    seed.ports.payments.put_provider(STUDIO, Some(&provider)).await.unwrap();
}

fn link(placed: &Value, what: &str) -> String {
    format!("/api/order/status/{}{what}", placed["secret"].as_str().unwrap())
}

async fn stored(seed: &Seed, placed: &Value) -> Order {
    seed.ports.orders.order(placed["order"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap()
}

async fn tell_signed(browser: &mut Browser, studio: StudioId, message: &Value, secret: &str, at: i64) -> u16 {
    let header = sign(secret, at, &serde_json::to_vec(message).unwrap());
    let path = format!("/api/order/stripe/{studio}");
    let reply = browser
        .ask_with("POST", &path, Some(message.clone()), &[("stripe-signature", header.as_str())])
        .await;
    reply.status.as_u16()
}

async fn tell(browser: &mut Browser, message: &Value) -> u16 {
    tell_signed(browser, STUDIO, message, WEBHOOK, NOW / 1_000).await
}

#[tokio::test]
async fn an_order_is_paid_when_stripe_says_so_however_often_it_says_it() {
    let (stripe, seed, mut browser, placed) = unpaid().await;
    let approve = |order: &Order| {
        let routes = [(1, domain::id::LabId::from_bytes([3; 16]))].into();
        domain::fulfilment::approve(order, &routes, domain::Millis(NOW))
    };
    assert!(approve(&stored(&seed, &placed).await).is_err(), "nothing is made before it is paid");
    let first = browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await.json;
    let again = browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await.json;
    assert!(first["url"].as_str().unwrap().starts_with("https://checkout.stripe.com/"), "{first}");
    assert_eq!(first, again, "one page for one order");
    let session = stripe.session();
    assert_eq!((&session["amount_total"], &session["currency"]), (&json!(3_000), &json!("eur")));
    assert_eq!(stripe.books.lock().unwrap().sessions.len(), 1);
    assert_eq!(browser.get(&link(&placed, "")).await.json["can_pay"], true);

    let message = stripe.pay(session["id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(tell(&mut browser, &message).await, 200);
    }
    let order = stored(&seed, &placed).await;
    assert_eq!((order.paid_at, order.settlement.hold.clone()), (Some(domain::Millis(NOW)), None));
    assert!(approve(&order).is_ok());
    let view = browser.get(&link(&placed, "")).await.json;
    assert_eq!((&view["paid"], &view["can_pay"]), (&json!(true), &json!(false)));
    assert_eq!(
        browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await.json,
        json!({ "url": null })
    );
    let rung = seed.ports.orders.outbox(10).await.unwrap();
    assert!(rung.len() >= 2, "the studio's machine hears of the payment");
}

#[tokio::test]
async fn a_lost_message_is_made_good_when_the_customer_comes_back() {
    let (stripe, seed, mut browser, placed) = unpaid().await;
    browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    stripe.pay(stripe.session()["id"].as_str().unwrap());
    assert_eq!(
        browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await.json,
        json!({ "url": null })
    );
    assert!(stored(&seed, &placed).await.paid_at.is_some());
}

#[tokio::test]
async fn a_page_that_is_over_gets_one_successor_and_an_outage_loses_nothing() {
    let (stripe, seed, mut browser, placed) = unpaid().await;
    stripe.books.lock().unwrap().down = 1;
    let down = browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    assert_eq!((down.status.as_u16(), &down.json["code"]), (503, &json!("payment_unavailable")));
    assert!(!down.json.to_string().contains("sk_test"));
    let first = browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await.json;
    let id = stripe.session()["id"].as_str().unwrap().to_owned();
    stripe.books.lock().unwrap().sessions.get_mut(&id).unwrap()["status"] = json!("expired");
    let second = browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await.json;
    assert_ne!(first, second);
    assert_eq!(browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await.json, second);
    assert_eq!(stripe.books.lock().unwrap().sessions.len(), 2);
    assert!(stored(&seed, &placed).await.paid_at.is_none());
}

#[tokio::test]
async fn messages_are_believed_only_when_stripe_signed_them_for_this_studio_and_now() {
    let (stripe, seed, mut browser, placed) = unpaid().await;
    browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    let message = stripe.pay(stripe.session()["id"].as_str().unwrap());
    let now = NOW / 1_000;
    assert_eq!(tell_signed(&mut browser, STUDIO, &message, "whsec_another_secret", now).await, 400);
    assert_eq!(tell_signed(&mut browser, STUDIO, &message, WEBHOOK, now - 301).await, 400, "a replay");
    assert_eq!(tell_signed(&mut browser, STUDIO, &message, WEBHOOK, now + 301).await, 400);
    let other = StudioId::from_bytes([2; 16]);
    assert_eq!(tell_signed(&mut browser, other, &message, WEBHOOK, now).await, 400);
    let unsigned = browser.ask("POST", &format!("/api/order/stripe/{STUDIO}"), Some(message.clone())).await;
    assert_eq!((unsigned.status.as_u16(), &unsigned.json["code"]), (400, &json!("not_from_stripe")));
    assert!(stored(&seed, &placed).await.paid_at.is_none());
    // Signed, about something that is not ours: heard, and nothing more.
    for heard in [
        event("customer.created", json!({ "id": "cus_1" })),
        event(
            "checkout.session.completed",
            json!({ "id": "cs_9", "payment_status": "paid", "metadata": {} }),
        ),
        event("checkout.session.completed", {
            let mut unpaid = message["data"]["object"].clone();
            unpaid["payment_status"] = json!("unpaid");
            unpaid
        }),
    ] {
        assert_eq!(tell(&mut browser, &heard).await, 200);
    }
    assert!(stored(&seed, &placed).await.paid_at.is_none());
    assert_eq!(
        tell(&mut browser, &event("charge.refunded", json!({ "amount_refunded": "much" }))).await,
        400
    );
}

#[tokio::test]
async fn a_wrong_amount_is_a_hold() {
    let (stripe, seed, mut browser, placed) = unpaid().await;
    browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    let mut message = stripe.pay(stripe.session()["id"].as_str().unwrap());
    message["data"]["object"]["amount_total"] = json!(1);
    assert_eq!(tell(&mut browser, &message).await, 200);
    let hold = stored(&seed, &placed).await.settlement.hold.unwrap();
    assert_eq!(hold, "0.01 EUR was paid, and 30.00 EUR is due");
}

#[tokio::test]
async fn refunds_and_disputes_hold_the_order_until_they_are_settled() {
    let (stripe, seed, mut browser, placed) = unpaid().await;
    browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    let paid = stripe.pay(stripe.session()["id"].as_str().unwrap());
    let intent = paid["data"]["object"]["payment_intent"].clone();
    tell(&mut browser, &paid).await;
    let hold = async || stored(&seed, &placed).await.settlement.hold;
    let dispute = |status: &str| json!({ "id": "dp_1", "object": "dispute", "payment_intent": intent, "amount": 3_000, "currency": "eur", "status": status });
    assert_eq!(tell(&mut browser, &event("charge.dispute.created", dispute("needs_response"))).await, 200);
    assert_eq!(hold().await.unwrap(), "the customer disputes the payment of 30.00 EUR at the bank");
    assert_eq!(tell(&mut browser, &event("charge.dispute.closed", dispute("won"))).await, 200);
    assert_eq!(hold().await, None);
    assert_eq!(tell(&mut browser, &event("charge.dispute.closed", dispute("lost"))).await, 200);
    assert_eq!(hold().await.unwrap(), "the bank gave the payment back to the customer");

    let charge = |amount: i64| json!({ "id": "ch_1", "object": "charge", "payment_intent": intent, "amount": 3_000, "amount_refunded": amount, "currency": "eur", "metadata": {} });
    assert_eq!(tell(&mut browser, &event("charge.refunded", charge(1_000))).await, 200);
    let order = stored(&seed, &placed).await;
    assert_eq!(order.settlement.hold.as_deref(), Some("10.00 EUR of 30.00 EUR was refunded"));
    assert_eq!(order.settlement.refunded.unwrap().minor, 1_000);
    // An older message that comes late takes nothing back.
    tell(&mut browser, &event("charge.refunded", charge(500))).await;
    assert_eq!(stored(&seed, &placed).await.settlement.refunded.unwrap().minor, 1_000);
    // While Stripe cannot be asked whose payment it is, it is told to send again.
    stripe.books.lock().unwrap().down = 1;
    assert_eq!(tell(&mut browser, &event("charge.refunded", charge(3_000))).await, 503);
    assert_eq!(tell(&mut browser, &event("charge.refunded", charge(3_000))).await, 200);
    assert_eq!(stored(&seed, &placed).await.settlement.refunded.unwrap().minor, 3_000);
}

#[tokio::test]
async fn a_cancelled_order_is_paid_back_once_and_its_page_is_closed() {
    let (stripe, _, mut browser, placed) = unpaid().await;
    browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    assert_eq!(browser.ask("POST", &link(&placed, "/cancel"), None).await.status, 200);
    assert_eq!(stripe.session()["status"], "expired");

    let (stripe, seed, mut browser, placed) = unpaid().await;
    browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    let paid = stripe.pay(stripe.session()["id"].as_str().unwrap());
    tell(&mut browser, &paid).await;
    for _ in 0..2 {
        assert_eq!(browser.ask("POST", &link(&placed, "/cancel"), None).await.json["state"], "cancelled");
    }
    assert_eq!(stripe.books.lock().unwrap().refunds.len(), 1);
    let intent = paid["data"]["object"]["payment_intent"].clone();
    let charge =
        json!({ "payment_intent": intent, "amount_refunded": 3_000, "currency": "eur", "metadata": {} });
    tell(&mut browser, &event("charge.refunded", charge)).await;
    let order = stored(&seed, &placed).await;
    assert_eq!((order.settlement.hold, order.settlement.refunded.map(|m| m.minor)), (None, Some(3_000)));
}

#[tokio::test]
async fn what_cannot_be_paid_back_by_itself_is_a_hold() {
    let (stripe, seed, mut browser, placed) = unpaid().await;
    browser.ask("POST", &link(&placed, "/pay"), Some(json!({}))).await;
    tell(&mut browser, &stripe.pay(stripe.session()["id"].as_str().unwrap())).await;
    stripe.books.lock().unwrap().down = 1;
    assert_eq!(browser.ask("POST", &link(&placed, "/cancel"), None).await.json["state"], "cancelled");
    let hold = stored(&seed, &placed).await.settlement.hold.unwrap();
    assert!(hold.contains("please refund it"), "{hold}");
}

#[tokio::test]
async fn a_studio_may_be_paid_online_only() {
    let (seed, mut browser, base) = shopper().await;
    set_up(&seed, true).await;
    let direct = order(vec![line(&seed, 0, 2)], 3_000);
    let reply = browser.ask_with("POST", &format!("{base}/place"), Some(direct), &[KEY]).await;
    assert_eq!((reply.status.as_u16(), &reply.json["code"]), (409, &json!("online_only")));
    let reply = browser.ask_with("POST", &format!("{base}/place"), Some(online_order(&seed)), &[KEY]).await;
    assert_eq!(reply.status, 201);
    let nobody = browser.ask("POST", &link(&reply.json, "/pay"), Some(json!({}))).await;
    assert_eq!(nobody.json["code"], "payment_unavailable", "the order is placed all the same");
    assert_eq!(stand_in::KEY, STRIPE_KEY);
}
