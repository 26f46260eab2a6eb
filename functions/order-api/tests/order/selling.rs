//! Everything a price list can say, over HTTP: packages, digitals, discounts, tax, prepaid codes.

use domain::{
    Millis,
    digital::{Offered, OfferedFile},
    discount::{Discount, Off},
    fulfilment::LineReport,
    hash::Sha256,
    id::{MachineId, StudioId},
    money::{Currency, Money},
    order::{LineKind, Order, PaymentMethod, Stage},
    payment::{Prepaid, Worth},
    product::{DigitalOf, Kind, PackageItem, Product, Surface},
    tax::{Tax, TaxRule},
};

use super::*;

pub const STUDIO: StudioId = StudioId::from_bytes([1; 16]);

/// The seed's list as version 2, with everything in it.
pub async fn sell_everything(seed: &Seed) {
    let gallery = seed.ports.galleries.gallery(seed.gallery).await.unwrap().unwrap();
    let (id, version) = gallery.price_list.unwrap();
    let mut list = seed.ports.prices.get(STUDIO, id, version).await.unwrap().unwrap();
    list.version = 2;
    let item = |product: &str, quantity| PackageItem { product: product.into(), quantity };
    let product = |id: &str, kind, size, nodes, price| Product {
        kind,
        nodes,
        ..Product::print(id, id, size, Surface::Glossy, price)
    };
    list.products.extend([
        product("wallets", Kind::Unit { pieces: 8 }, (4.0, 5.0), 1, 900),
        product(
            "a",
            Kind::Package { items: vec![item("8x10-lustre", 1), item("wallets", 2)] },
            (0.0, 0.0),
            2,
            4_900,
        ),
        product(
            "file",
            Kind::Digital { of: DigitalOf::Photo, release: "Print it.".into() },
            (0.0, 0.0),
            1,
            2_000,
        ),
        product(
            "all",
            Kind::Digital { of: DigitalOf::Gallery, release: String::new() },
            (0.0, 0.0),
            0,
            9_900,
        ),
        product("frame", Kind::Item, (0.0, 0.0), 0, 3_000),
    ]);
    list.discounts = vec![Discount {
        code: "SPRING".into(),
        off: Off::BasisPoints(1_000),
        valid_from: None,
        valid_until: None,
        uses: Some(1),
        minimum_minor: 0,
    }];
    let rule = TaxRule {
        name: "MwSt.".into(),
        basis_points: 1_900,
        country: Some("DE".into()),
        regions: vec![],
        inclusive: true,
        on_shipping: true,
    };
    list.tax = Tax { home_country: Some("DE".into()), home_region: None, rules: vec![rule] };
    list.check().unwrap();
    seed.ports.prices.put(STUDIO, &list).await.unwrap();
    seed.change_gallery(|g| g.price_list = Some((id, 2))).await;
}

pub fn node(seed: &Seed, photo: usize) -> Value {
    line(seed, photo, 1)["nodes"][0].clone()
}

pub fn of(product: &str, quantity: u32, nodes: Vec<Value>) -> Value {
    json!({ "product": product, "quantity": quantity, "nodes": nodes })
}

async fn stored(seed: &Seed, placed: &Value) -> Order {
    let id = placed["order"].as_str().unwrap_or_else(|| panic!("{placed}")).parse().unwrap();
    seed.ports.orders.order(id).await.unwrap().unwrap()
}

async fn place(browser: &mut Browser, base: &str, body: &Value, key: &str) -> (u16, Value) {
    let key = format!("0123456789abcdef-{key}");
    let reply = browser
        .ask_with("POST", &format!("{base}/place"), Some(body.clone()), &[("idempotency-key", key.as_str())])
        .await;
    (reply.status.as_u16(), reply.json)
}

#[tokio::test]
async fn a_package_is_a_line_for_each_item_and_a_file_needs_no_lab() {
    let (seed, mut browser, base) = shopper().await;
    sell_everything(&seed).await;
    let lines = vec![
        of("a", 3, vec![node(&seed, 0), node(&seed, 1)]),
        of("file", 1, vec![node(&seed, 2)]),
        of("all", 1, vec![]),
        of("frame", 2, vec![]),
    ];
    let quote = browser.ask("POST", &format!("{base}/quote"), Some(json!({ "lines": lines }))).await.json;
    let total = 3 * 4_900 + 2_000 + 9_900 + 6_000;
    assert_eq!(quote["total"]["minor"], total, "{quote}");
    assert_eq!(quote["tax"]["inclusive"], true);
    assert_eq!(quote["lines"][1]["ppi"], 0);
    let (status, placed) = place(&mut browser, &base, &order(lines, total), "package").await;
    assert_eq!(status, 201, "{placed}");
    let order = stored(&seed, &placed).await;
    let made: Vec<_> = order.lines.iter().map(|l| (l.product.as_str(), l.copies(), l.total.minor)).collect();
    assert_eq!(
        made,
        [
            ("8x10-lustre", 3, 14_700),
            ("wallets", 48, 0),
            ("file", 1, 2_000),
            ("all", 1, 9_900),
            ("frame", 2, 6_000)
        ]
    );
    assert_eq!(order.lines.iter().map(|l| l.total.minor).sum::<i64>(), order.subtotal.minor);
    assert_eq!(
        order.lines.iter().map(|l| l.needs_lab()).collect::<Vec<_>>(),
        [true, true, false, false, false]
    );
    let package = order.lines[1].package.as_ref().unwrap();
    assert_eq!((package.no, package.quantity, package.first), (1, 3, false));
    assert!(order.lines[2].package.is_none());
    assert!(
        matches!(&order.lines[3].kind, LineKind::Digital { whole: Some(whole), .. } if whole.gallery == seed.gallery)
    );
    assert!(!order.lines[3].homes.is_empty() && !order.lines[4].homes.is_empty());
    let view = browser.get(&format!("/api/order/status/{}", placed["secret"].as_str().unwrap())).await.json;
    assert_eq!(view["lines"][1]["package"], json!({ "no": 1, "name": "a", "quantity": 3 }));
    assert_eq!((&view["lines"][2]["kind"], &view["lines"][0]["kind"]), (&json!("digital"), &json!("print")));
}

#[tokio::test]
async fn files_alone_need_no_delivery_and_still_reach_the_studio() {
    let (seed, mut browser, base) = shopper().await;
    sell_everything(&seed).await;
    let mut body = order(vec![of("all", 1, vec![])], 9_900);
    // Nothing is sent, so an address outside every tariff costs nothing either.
    body["destination"] = json!({ "kind": "pick_up" });
    let (status, placed) = place(&mut browser, &base, &body, "files").await;
    assert_eq!(status, 201, "{placed}");
    let order = stored(&seed, &placed).await;
    let jobs = seed.ports.orders.jobs(order.id).await.unwrap();
    let homes: Vec<MachineId> = jobs.iter().map(|j| j.machine).collect();
    assert_eq!(homes, order.lines[0].homes.iter().copied().collect::<Vec<_>>());
    assert!(!homes.is_empty());
    let approved =
        domain::fulfilment::approve(&order, &Default::default(), domain::Millis(NOW)).unwrap().unwrap();
    assert!(approved.routes.is_empty(), "no lab is needed");
}

/// As the studio's agent leaves it: approved, every file offered until tomorrow, the line delivered.
async fn deliver(seed: &Seed, order: &Order) {
    let (book, now) = (&seed.ports.orders, seed.ports.clock.now());
    let line = &order.lines[0];
    let offered = Offered {
        line: 1,
        attempt: line.status.attempt,
        machine: line.nodes[0].home,
        files: vec![OfferedFile { name: "Zoë.jpg".into(), sha256: Sha256::of(b"original"), length: 8 }],
        at: now,
        until: now.plus(Millis::DAY),
    };
    let (next, complete) = domain::digital::offer(order, &offered);
    assert!(complete);
    book.update(&next.unwrap(), &[]).await.unwrap();
    let report = LineReport { line: 1, attempt: line.status.attempt, stage: Stage::Shipped, hold: None };
    book.report_lines(order.id, &[report], now).await.unwrap();
}

#[tokio::test]
async fn files_are_fetched_by_the_orders_link_until_their_time_is_over_and_asked_for_again() {
    let (seed, mut browser, base) = shopper().await;
    sell_everything(&seed).await;
    let body = order(vec![of("file", 1, vec![node(&seed, 2)])], 2_000);
    let (_, placed) = place(&mut browser, &base, &body, "digital").await;
    let link = format!("/api/order/status/{}", placed["secret"].as_str().unwrap());
    let again = format!("{link}/files");
    assert!(browser.get(&link).await.json["lines"][0]["files"].is_null(), "nobody has said yes");
    let first = stored(&seed, &placed).await;
    let approved = domain::fulfilment::approve(&first, &Default::default(), Millis(NOW)).unwrap().unwrap();
    seed.ports.orders.update(&approved, &[]).await.unwrap();
    let files = async |browser: &mut Browser| browser.get(&link).await.json["lines"][0]["files"].clone();
    assert_eq!(files(&mut browser).await["state"], "preparing");
    deliver(&seed, &approved).await;
    let ready = files(&mut browser).await;
    assert_eq!((&ready["state"], &ready["files"][0]["length"]), (&json!("ready"), &json!(8)), "{ready}");
    assert!(ready["files"][0]["url"].as_str().unwrap().starts_with("/files/digital/"), "{ready}");
    // Nothing is over yet, so nothing is asked for.
    let early = browser.ask("POST", &again, Some(json!({}))).await.json;
    assert_eq!(early["lines"][0]["files"]["state"], "ready");

    seed.clock.advance(Millis::DAY);
    assert_eq!(files(&mut browser).await, json!({ "state": "over", "files": [] }));
    for _ in 0..2 {
        let asked = browser.ask("POST", &again, Some(json!({}))).await.json;
        assert_eq!(asked["lines"][0]["files"]["state"], "preparing", "{asked}");
    }
    let asked = stored(&seed, &placed).await;
    assert_eq!(asked.lines[0].status.attempt, 2, "twice is once");
    let jobs = seed.ports.orders.jobs(asked.id).await.unwrap();
    assert!(jobs.iter().all(|job| job.done_at.is_none()), "the agent owes it again");
    deliver(&seed, &asked).await;
    assert_eq!(files(&mut browser).await["state"], "ready");

    // Disputed: not given out, whatever lies there.
    let mut disputed = stored(&seed, &placed).await;
    disputed.settlement.hold = Some("disputed".into());
    disputed.revision += 1;
    seed.ports.orders.update(&disputed, &[]).await.unwrap();
    assert_eq!(files(&mut browser).await, json!({ "state": "withdrawn", "files": [] }));
}

#[tokio::test]
async fn a_packages_pictures_must_fit_their_items() {
    let (seed, mut browser, base) = shopper().await;
    sell_everything(&seed).await;
    let mut refuse = async |lines: Value, code: &str| {
        let reply = browser.ask("POST", &format!("{base}/quote"), Some(json!({ "lines": lines }))).await;
        assert_eq!(reply.json["code"], code, "{}", reply.json);
    };
    refuse(json!([of("a", 1, vec![node(&seed, 0)])]), "wrong_picture_count").await;
    let mut square = node(&seed, 1);
    square["crop"]["rect"] = json!({ "x": 0.0, "y": 0.0, "width": 0.5, "height": 0.75 });
    refuse(json!([of("a", 1, vec![node(&seed, 0), square])]), "bad_crop").await;
    refuse(json!([of("all", 1, vec![node(&seed, 0)])]), "wrong_picture_count").await;
    refuse(json!([of("a", 999, vec![node(&seed, 0), node(&seed, 1)])]), "bad_quantity").await;
}

#[tokio::test]
async fn a_discount_code_is_quoted_and_used_no_more_often_than_it_may_be() {
    let (seed, mut browser, base) = shopper().await;
    sell_everything(&seed).await;
    let lines = vec![line(&seed, 0, 2)];
    let ask = async |browser: &mut Browser, code: &str| {
        let body = json!({ "lines": lines, "code": code });
        browser.ask("POST", &format!("{base}/quote"), Some(body)).await.json
    };
    let quote = ask(&mut browser, " spring ").await;
    assert_eq!(
        (&quote["discount"]["amount"]["minor"], &quote["total"]["minor"]),
        (&json!(300), &json!(2_700))
    );
    let quote = ask(&mut browser, "summer").await;
    assert_eq!(
        (&quote["code_refused"]["code"], &quote["total"]["minor"]),
        (&json!("unknown_code"), &json!(3_000))
    );
    let with = |code: &str, total| {
        let mut body = order(lines.clone(), total);
        body["code"] = json!(code);
        body
    };
    let (status, refused) = place(&mut browser, &base, &with("summer", 3_000), "d1").await;
    assert_eq!((status, &refused["code"]), (400, &json!("unknown_code")));
    let (status, placed) = place(&mut browser, &base, &with("SPRING", 2_700), "d2").await;
    assert_eq!(status, 201, "{placed}");
    let (status, refused) = place(&mut browser, &base, &with("SPRING", 2_700), "d3").await;
    assert_eq!((status, &refused["code"]), (400, &json!("code_used_up")), "{refused}");
    let quote = ask(&mut browser, "SPRING").await;
    assert_eq!(
        (&quote["code_refused"]["code"], &quote["total"]["minor"]),
        (&json!("code_used_up"), &json!(3_000))
    );
    // The first one's repeat is still its order.
    let (status, again) = place(&mut browser, &base, &with("SPRING", 2_700), "d2").await;
    assert_eq!((status, again), (200, placed));
}

#[tokio::test]
async fn a_prepaid_code_pays_once_and_comes_back_with_a_cancellation() {
    let (seed, mut browser, base) = shopper().await;
    sell_everything(&seed).await;
    let make = async |code: &str, worth: Worth| {
        let prepaid = Prepaid {
            studio: STUDIO,
            code_hash: seed.ports.secrets.prepaid_hash(code).unwrap(),
            hint: code[code.len() - 4..].to_owned(),
            worth,
            note: None,
            made_at: domain::Millis(NOW),
            valid_until: None,
            redeemed: None,
        };
        seed.ports.payments.put_prepaid(&prepaid).await.unwrap();
    };
    make("PAY-2222-3333-4444", Worth::Money(Money::new(2_000, Currency::EUR))).await;
    make("PAY-5555-6666-7777", Worth::Product { product: "8x10-lustre".into(), quantity: 2 }).await;
    let lines = vec![line(&seed, 0, 2)];
    let ask = async |browser: &mut Browser, prepaid: &str| {
        let body = json!({ "lines": lines, "prepaid": prepaid });
        browser.ask("POST", &format!("{base}/quote"), Some(body)).await.json
    };
    assert_eq!(ask(&mut browser, "pay 2222 3333 4444").await["prepaid"]["minor"], 2_000);
    assert_eq!(ask(&mut browser, "PAY-5555-6666-7777").await["prepaid"]["minor"], 3_000);
    for wrong in ["PAY-0000-0000-0000", "PAY", "2222-3333-4444", "PAY-ß"] {
        assert_eq!(ask(&mut browser, wrong).await["prepaid_refused"]["code"], "prepaid_unknown", "{wrong}");
    }
    let with = |prepaid: &str| {
        let mut body = order(lines.clone(), 3_000);
        body["prepaid"] = json!(prepaid);
        body
    };
    // All of it: paid at once.
    let (status, placed) = place(&mut browser, &base, &with("PAY-5555-6666-7777"), "p1").await;
    assert_eq!(status, 201, "{placed}");
    let paid = stored(&seed, &placed).await;
    assert_eq!(
        (paid.payment, paid.paid_at, paid.due().minor),
        (PaymentMethod::Prepaid, Some(domain::Millis(NOW)), 0)
    );
    let (status, refused) = place(&mut browser, &base, &with("PAY-5555-6666-7777"), "p2").await;
    assert_eq!((status, &refused["code"]), (400, &json!("prepaid_used")));
    // A part: the rest is paid to the studio.
    let (_, placed) = place(&mut browser, &base, &with("PAY-2222-3333-4444"), "p3").await;
    let part = stored(&seed, &placed).await;
    assert_eq!((part.payment, part.paid_at, part.due().minor), (PaymentMethod::PayStudio, None, 1_000));
    let link = format!("/api/order/status/{}/cancel", placed["secret"].as_str().unwrap());
    assert_eq!(browser.ask("POST", &link, None).await.status, 200);
    assert_eq!(ask(&mut browser, "PAY-2222-3333-4444").await["prepaid"]["minor"], 2_000);
}
