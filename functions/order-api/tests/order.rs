//! Every route of order-api: priced by the host, placed once, followed and cancelled by the secret link.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

#[path = "order/payment.rs"]
mod payment;
#[path = "../../gallery-api/tests/seed/mod.rs"]
mod seed;
#[path = "order/selling.rs"]
mod selling;
#[path = "order/stripe.rs"]
mod stripe_stand_in;

use darkslide_order_api::payment::stripe::Stripe;
use domain::{access::cookie::Claims, geometry::Size, id::VisitorId, photo::PhotoChange};
use seed::{Browser, NOW, Seed};
use serde_json::{Value, json};

/// A payment provider that is not there: nothing here asks it.
fn nobody() -> std::sync::Arc<Stripe> {
    std::sync::Arc::new(Stripe::new("http://127.0.0.1:9").unwrap())
}

/// A browser that holds the gallery open, as gallery-api would have left it.
async fn shopper() -> (Seed, Browser, String) {
    shopper_at("http://127.0.0.1:9").await
}

/// With a payment provider at this address.
async fn shopper_at(stripe: &str) -> (Seed, Browser, String) {
    let seed = Seed::new().await;
    let claims = Claims {
        visitor: VisitorId::from_bytes([9; 16]),
        grants: vec![domain::access::Grant {
            gallery: seed.gallery,
            scope: domain::access::Scope::All,
            codes: Default::default(),
        }],
        exp: NOW / 1000 + 3_600,
    };
    let online = std::sync::Arc::new(Stripe::new(stripe).unwrap());
    let mut browser = Browser::new(&darkslide_order_api::router(seed.ports.clone(), online));
    let cookie = http_edge::set_cookie(&claims, &seed.ports).unwrap();
    browser.cookie = Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
    let base = format!("/api/order/{}", seed.gallery);
    (seed, browser, base)
}

fn line(seed: &Seed, photo: usize, quantity: u32) -> Value {
    let crop = domain::geometry::centred(Size::new(6000, 4000), 10, 8);
    json!({
        "product": "8x10-lustre",
        "quantity": quantity,
        "nodes": [{
            "photo": seed.photos[photo],
            "version": domain::hash::VersionHash([photo as u8; 32]),
            "crop": crop,
        }],
    })
}

fn order(lines: Vec<Value>, total: i64) -> Value {
    json!({
        "lines": lines,
        "customer": { "name": "Ada Beispiel", "email": "ada@example.org", "phone": null },
        "destination": { "kind": "pick_up" },
        "total_shown": { "minor": total, "currency": "EUR" },
    })
}

const KEY: (&str, &str) = ("idempotency-key", "0123456789abcdef-one");

#[tokio::test]
async fn the_host_prices() {
    let (seed, mut browser, base) = shopper().await;
    let mut tampered = line(&seed, 0, 2);
    tampered["unit_price"] = json!({ "minor": 1, "currency": "EUR" });
    let ship = json!({ "kind": "ship_to", "address": { "name": "A", "line1": "B 1", "line2": null,
        "postal_code": "1", "city": "C", "region": null, "country": "DE" } });
    let body = json!({ "lines": [tampered, line(&seed, 1, 1)], "destination": ship });
    let quote = browser.ask("POST", &format!("{base}/quote"), Some(body)).await;
    assert_eq!(quote.status, 200, "{}", quote.json);
    assert_eq!(quote.json["subtotal"]["minor"], 4500);
    assert_eq!(quote.json["shipping"]["minor"], 490);
    assert_eq!(quote.json["total"]["minor"], 4990);
    assert_eq!(quote.json["lines"][0]["ppi"], 500);
    assert!(quote.json["lines"][0].get("warning").is_none());
}

#[tokio::test]
async fn soft_prints_are_warned_about() {
    let (seed, mut browser, base) = shopper().await;
    let mut small = line(&seed, 0, 1);
    small["nodes"][0]["crop"]["rect"] =
        json!({ "x": 0.1, "y": 0.1, "width": 1000.0 / 6000.0, "height": 800.0 / 4000.0 });
    let quote = browser.ask("POST", &format!("{base}/quote"), Some(json!({ "lines": [small] }))).await;
    let warning = quote.json["lines"][0]["warning"].as_str().unwrap();
    assert!(warning.contains("100 pixels per inch") && warning.contains("200"), "{warning}");
}

#[tokio::test]
async fn nonsense_is_refused_by_name() {
    let (seed, mut browser, base) = shopper().await;
    let quote = format!("{base}/quote");
    let mut refuse = async |lines: Value, code: &str| {
        let reply = browser.ask("POST", &quote, Some(json!({ "lines": lines }))).await;
        assert_eq!(reply.json["code"], code, "{}", reply.json);
        assert!((400..500).contains(&reply.status.as_u16()));
    };
    let with = |change: fn(&mut Value)| {
        let mut l = line(&seed, 0, 1);
        change(&mut l);
        json!([l])
    };
    refuse(json!([]), "empty_order").await;
    refuse(json!(vec![line(&seed, 0, 1); 501]), "too_many_lines").await;
    refuse(with(|l| l["product"] = json!("poster")), "unknown_product").await;
    refuse(with(|l| l["quantity"] = json!(0)), "bad_quantity").await;
    refuse(with(|l| l["nodes"] = json!([])), "wrong_picture_count").await;
    refuse(with(|l| l["nodes"][0]["crop"]["rect"]["x"] = json!(-0.5)), "bad_crop").await;
    refuse(with(|l| l["nodes"][0]["crop"]["rect"]["x"] = json!(0.9)), "bad_crop").await;
    refuse(with(|l| l["nodes"][0]["crop"]["rect"]["x"] = json!(1e308)), "bad_crop").await;
    refuse(
        with(|l| l["nodes"][0]["crop"]["rect"] = json!({ "x": 0, "y": 0, "width": 1, "height": 1 })),
        "bad_crop",
    )
    .await;
    refuse(with(|l| l["nodes"][0]["crop"]["angle"] = Value::Null), "unreadable_body").await;
    let stranger = domain::id::PhotoId::from_bytes([200; 16]);
    let mut unknown = line(&seed, 0, 1);
    unknown["nodes"][0]["photo"] = json!(stranger);
    refuse(json!([unknown]), "photo_gone").await;
}

#[tokio::test]
async fn placed_exactly_once_however_often_it_is_sent() {
    let (seed, mut browser, base) = shopper().await;
    let place = format!("{base}/place");
    let body = order(vec![line(&seed, 0, 2)], 3000);
    let first = browser.ask_with("POST", &place, Some(body.clone()), &[KEY]).await;
    assert_eq!(first.status, 201, "{}", first.json);
    // Even when the photo has gone meanwhile, the repeat gets the same answer.
    let gone = PhotoChange::Withdraw { gallery: seed.gallery, photo: seed.photos[0], seq: 2 };
    seed.ports.photos.apply(seed.gallery, &[gone]).await.unwrap();
    let again = browser.ask_with("POST", &place, Some(body.clone()), &[KEY]).await;
    assert_eq!((again.status.as_u16(), &again.json), (200, &first.json));
    let other = browser.ask_with("POST", &place, Some(order(vec![line(&seed, 1, 1)], 1500)), &[KEY]).await;
    assert_eq!((other.status.as_u16(), &other.json["code"]), (409, &json!("key_reused")));
    let unkeyed = browser.ask("POST", &place, Some(body)).await;
    assert_eq!(unkeyed.json["code"], "no_idempotency_key");
    let studio = domain::id::StudioId::from_bytes([1; 16]);
    let orders = seed.ports.orders.orders(studio, None, 10).await.unwrap();
    assert_eq!(orders.items.len(), 1);
    let jobs = seed.ports.orders.jobs(orders.items[0].id).await.unwrap();
    assert_eq!(jobs.len(), 1, "one job for the one home machine");
    assert_eq!(seed.ports.orders.outbox(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_total_nobody_was_shown_is_refused() {
    let (seed, mut browser, base) = shopper().await;
    let body = order(vec![line(&seed, 0, 2)], 1);
    let reply = browser.ask_with("POST", &format!("{base}/place"), Some(body), &[KEY]).await;
    assert_eq!((reply.status.as_u16(), &reply.json["code"]), (409, &json!("price_changed")));
    assert!(reply.json["message"].as_str().unwrap().contains("30.00 EUR"));
}

#[tokio::test]
async fn people_must_be_reachable() {
    let (seed, mut browser, base) = shopper().await;
    for (name, email) in [("", json!("a@b.cd")), ("Ada", json!(null)), ("Ada", json!("not-an-address"))] {
        let mut body = order(vec![line(&seed, 0, 2)], 3000);
        body["customer"] = json!({ "name": name, "email": email, "phone": null });
        let reply = browser.ask_with("POST", &format!("{base}/place"), Some(body), &[KEY]).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["code"]),
            (400, &json!("bad_contact")),
            "{}",
            reply.json
        );
    }
}

#[tokio::test]
async fn an_address_fits_its_country() {
    let (seed, mut browser, base) = shopper().await;
    let to = |country: &str, code: &str, region: Option<&str>| {
        json!({ "kind": "ship_to", "address": { "name": "Ada", "line1": "Weg 1", "line2": null,
            "postal_code": code, "city": "C", "region": region, "country": country } })
    };
    for (destination, refused) in [
        (to("DE", "1011", None), Some("bad_postal_code")),
        (to("GB", "10115", None), Some("bad_postal_code")),
        (to("US", "02139", None), Some("no_region")),
        (to("US", "02139", Some("MA")), None),
        (to("JP", "anything", None), None),
    ] {
        let mut body = order(vec![line(&seed, 0, 2)], 3490);
        body["destination"] = destination.clone();
        let key = format!("0123456789abcdef-{}", destination["address"]["country"]);
        let reply = browser
            .ask_with("POST", &format!("{base}/place"), Some(body), &[("idempotency-key", &key)])
            .await;
        let status = if refused.is_some() { 400 } else { 201 };
        assert_eq!(reply.status.as_u16(), status, "{destination}: {}", reply.json);
        assert_eq!(reply.json["code"].as_str(), refused, "{}", reply.json);
    }
}

#[tokio::test]
async fn lost_links_come_by_e_mail_and_the_answer_tells_nothing() {
    let (seed, mut browser, base) = shopper().await;
    let body = order(vec![line(&seed, 0, 2)], 3000);
    browser.ask_with("POST", &format!("{base}/place"), Some(body), &[KEY]).await;
    let mut stranger = Browser::new(&darkslide_order_api::router(seed.ports.clone(), nobody()));
    let code = seed::code(seed::CHILD_CODE);
    let ask = |email: &str, code: &str| Some(json!({ "email": email, "code": code }));
    let answer = stranger.ask("POST", "/api/order/find", ask("ada@example.org", &code)).await;
    assert_eq!(answer.json["code"], "no_mails");
    let studio = domain::id::StudioId::from_bytes([1; 16]);
    let wanted = domain::mail::StudioMail {
        address: "desk@studio.example".into(),
        language: Default::default(),
        to_customers: true,
        new_orders: false,
        digest: false,
    };
    seed.ports.mails.set_studio_mail(studio, Some(&wanted)).await.unwrap();
    for (email, code, status, why) in [
        ("Ada@Example.org", code.as_str(), 204, None),
        ("ada@example.org", &code, 204, None),
        ("nobody@example.org", &code, 204, None),
        ("ada", &code, 400, Some("bad_email")),
        ("ada@example.org", "0000-0000-0000", 403, Some("wrong_code")),
        ("ada@example.org", "?", 403, Some("wrong_code")),
    ] {
        let answer = stranger.ask("POST", "/api/order/find", ask(email, code)).await;
        assert_eq!((answer.status.as_u16(), answer.json["code"].as_str()), (status, why), "{email} {code}");
    }
    // A closed gallery still says whose orders they are. Twice within an hour is one letter.
    seed.change_gallery(|g| g.state = domain::gallery::GalleryState::Closed).await;
    assert_eq!(stranger.ask("POST", "/api/order/find", ask("ada@example.org", &code)).await.status, 204);
    let due = seed.ports.mails.due(seed.ports.clock.now(), 100).await.unwrap();
    let found = due.iter().filter(|m| m.mail.id.contains("/find/")).count();
    assert_eq!(found, 2, "Ada's and nobody's: {due:?}");
    assert!(!format!("{due:?}").contains("example.org"), "addresses do not lie in the queue");
}

#[tokio::test]
async fn a_new_version_of_the_same_shape_keeps_its_crops_and_another_shape_asks() {
    let (seed, mut browser, base) = shopper().await;
    let studio = domain::id::StudioId::from_bytes([1; 16]);
    let mut replaced = seed::photo(studio, seed.gallery, 0, vec![]);
    replaced.version = domain::hash::VersionHash([250; 32]);
    replaced.seq = 2;
    replaced.frame = Size::new(3000, 2000);
    seed.ports.photos.apply(seed.gallery, &[PhotoChange::Publish(replaced.clone())]).await.unwrap();
    let body = json!({ "lines": [line(&seed, 0, 1)] });
    let quote = browser.ask("POST", &format!("{base}/quote"), Some(body.clone())).await;
    assert_eq!((quote.status.as_u16(), &quote.json["lines"][0]["ppi"]), (200, &json!(250)));
    replaced.seq = 3;
    replaced.frame = Size::new(2000, 3000);
    seed.ports.photos.apply(seed.gallery, &[PhotoChange::Publish(replaced)]).await.unwrap();
    let quote = browser.ask("POST", &format!("{base}/quote"), Some(body)).await;
    assert_eq!((quote.status.as_u16(), &quote.json["code"]), (409, &json!("photo_changed")));
}

#[tokio::test]
async fn followed_and_cancelled_by_the_secret_link_alone() {
    let (seed, mut browser, base) = shopper().await;
    let body = order(vec![line(&seed, 0, 2)], 3000);
    let placed = browser.ask_with("POST", &format!("{base}/place"), Some(body), &[KEY]).await.json;
    let link = format!("/api/order/status/{}", placed["secret"].as_str().unwrap());

    let mut stranger = Browser::new(&darkslide_order_api::router(seed.ports.clone(), nobody()));
    let view = stranger.get(&link).await.json;
    assert_eq!((&view["number"], &view["can_cancel"]), (&placed["number"], &json!(true)));
    assert_eq!(view["lines"][0]["stage"], "placed");
    let picture = &view["lines"][0]["pictures"][0];
    assert!(picture["micro"].is_string() && picture.get("thumbnail").is_none());
    assert!(browser.get(&link).await.json["lines"][0]["pictures"][0]["thumbnail"].is_object());

    let cancelled = stranger.ask("POST", &format!("{link}/cancel"), None).await;
    assert_eq!((cancelled.status.as_u16(), &cancelled.json["state"]), (200, &json!("cancelled")));
    assert_eq!(stranger.ask("POST", &format!("{link}/cancel"), None).await.status, 200);
    assert_eq!(stranger.get("/api/order/status/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").await.status, 404);
    assert_eq!(stranger.get(&format!("/api/order/status/{}", "a".repeat(5_000))).await.status, 404);
}

#[tokio::test]
async fn an_approved_order_can_no_longer_be_cancelled() {
    let (seed, mut browser, base) = shopper().await;
    let body = order(vec![line(&seed, 0, 2)], 3000);
    let placed = browser.ask_with("POST", &format!("{base}/place"), Some(body), &[KEY]).await.json;
    let id = placed["order"].as_str().unwrap().parse().unwrap();
    let order = seed.ports.orders.order(id).await.unwrap().unwrap();
    let routes = [(1, domain::id::LabId::from_bytes([3; 16]))].into();
    let approved = domain::fulfilment::approve(&order, &routes, domain::Millis(NOW)).unwrap().unwrap();
    seed.ports.orders.update(&approved, &[]).await.unwrap();
    let link = format!("/api/order/status/{}/cancel", placed["secret"].as_str().unwrap());
    let reply = browser.ask("POST", &link, None).await;
    assert_eq!((reply.status.as_u16(), &reply.json["code"]), (409, &json!("too_late")));
}

#[tokio::test]
async fn without_the_gallery_nothing_can_be_ordered() {
    let (seed, mut browser, base) = shopper().await;
    browser.cookie = None;
    let body = json!({ "lines": [line(&seed, 0, 1)] });
    assert_eq!(browser.ask("POST", &format!("{base}/quote"), Some(body.clone())).await.status, 401);
    let (seed, mut browser, base) = shopper().await;
    seed.change_gallery(|g| g.state = domain::gallery::GalleryState::Closed).await;
    let reply = browser.ask("POST", &format!("{base}/quote"), Some(body)).await;
    assert_eq!((reply.status.as_u16(), &reply.json["code"]), (410, &json!("gallery_closed")));
}

#[tokio::test]
async fn a_border_is_ordered_whole_and_a_tilt_only_where_the_studio_allows_it() {
    let (seed, mut browser, base) = shopper().await;
    let with = |crop: domain::geometry::Crop| {
        let mut line = line(&seed, 0, 1);
        line["nodes"][0]["crop"] = json!(crop);
        json!({ "lines": [line] })
    };
    let bordered = domain::geometry::border::bordered(Size::new(6000, 4000), 0, 10, 8);
    let quote = browser.ask("POST", &format!("{base}/quote"), Some(with(bordered))).await;
    // 6000 pixels on the 9⅓ inches between the margins.
    assert_eq!(
        (quote.status.as_u16(), quote.json["lines"][0]["ppi"].as_u64()),
        (200, Some(642)),
        "{}",
        quote.json
    );
    let mut cut = bordered;
    cut.rect.x = 0.3;
    let refused = browser.ask("POST", &format!("{base}/quote"), Some(with(cut))).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (400, &json!("bad_crop")));
    let tilted = domain::geometry::Crop {
        rect: domain::geometry::Rect { x: 0.3, y: 0.3, width: 1.0 / 3.0, height: 0.4 },
        angle: 5.0,
        ..domain::geometry::centred(Size::new(6000, 4000), 10, 8)
    };
    assert_eq!(browser.ask("POST", &format!("{base}/quote"), Some(with(tilted))).await.status, 200);
    seed.change_gallery(|g| g.settings.no_straightening = true).await;
    let refused = browser.ask("POST", &format!("{base}/quote"), Some(with(tilted))).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (400, &json!("no_straightening")));
    assert_eq!(browser.ask("POST", &format!("{base}/quote"), Some(with(bordered))).await.status, 200);
}
