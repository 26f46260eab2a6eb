//! What holds of every route: no session, another kind's session, a malformed address or body, another tenant.

use axum::http::StatusCode;
use domain::studio::Studio;
use serde_json::{Value, json};
use wire::route;

use crate::world::*;

#[derive(Clone, Copy, PartialEq)]
enum Caller {
    /// A one-time token or a signature stands in the body.
    Nobody,
    Machine,
    Lab,
}

/// A route with a body that would be taken, and what of another tenant its address names.
struct Case {
    caller: Caller,
    method: &'static str,
    route: &'static str,
    body: Option<Value>,
    /// The address names something that belongs to one tenant.
    owned: bool,
}

fn case(caller: Caller, method: &'static str, route: &'static str, body: Option<Value>) -> Case {
    let owned = ["{gallery}", "{order}"].iter().any(|n| route.contains(n)) || route == route::LAB_PAIRING;
    Case { caller, method, route, body, owned }
}

fn cases() -> Vec<Case> {
    use Caller::*;
    let hex = "ab".repeat(32);
    let key = "A".repeat(43);
    let signature = "A".repeat(86);
    let machine = "mac_aaaaaaaaaaaaaaaaaaaaaaaaaa";
    let receiver = RECEIVER.to_string();
    let session =
        json!({"subject": machine, "at": NOW, "nonce": "0123456789", "host": SITE, "signature": signature});
    let list = json!({"name": "Prints", "currency": "EUR", "products": [], "shipping": {"flat_minor": null, "pick_up": true}});
    vec![
        case(
            Nobody,
            "POST",
            route::STUDIO_ENROL,
            Some(
                json!({"token": "x", "machine": machine, "machine_name": "m", "device_key": key, "studio_key": key, "certificate": signature}),
            ),
        ),
        case(Nobody, "POST", route::STUDIO_TOKEN, Some(json!({"token": "x"}))),
        case(Nobody, "POST", route::STUDIO_SESSION, Some(session.clone())),
        case(Machine, "POST", route::STUDIO_INVITE, Some(json!({"sealed_studio_key": "AAAA"}))),
        case(Machine, "GET", route::STUDIO_ACCOUNT, None),
        case(Machine, "GET", route::STUDIO_GALLERIES, None),
        case(Machine, "GET", route::STUDIO_GALLERY, None),
        case(
            Machine,
            "PUT",
            route::STUDIO_GALLERY,
            Some(json!({"name": "x", "state": "open", "revision": 1})),
        ),
        case(Machine, "PUT", route::STUDIO_SUBJECTS, Some(json!({"subjects": []}))),
        case(
            Machine,
            "PUT",
            route::STUDIO_LOGO,
            Some(json!({"format": "png", "width": 1, "height": 1, "bytes": "iVBORw0KGgo="})),
        ),
        case(Machine, "GET", route::STUDIO_LISTS, None),
        case(Machine, "GET", route::STUDIO_WAITING, None),
        case(Machine, "GET", route::STUDIO_HOLDINGS, None),
        case(Machine, "GET", route::STUDIO_MAIL, None),
        case(
            Machine,
            "PUT",
            route::STUDIO_MAIL,
            Some(
                json!({"address": "desk@studio.example", "to_customers": true, "new_orders": true, "digest": true}),
            ),
        ),
        case(Machine, "DELETE", route::STUDIO_MAIL, None),
        case(Machine, "PUT", route::STUDIO_CODE, Some(json!({"code": "0011-VABC-DEFG", "subjects": []}))),
        case(Machine, "DELETE", route::STUDIO_CODE, None),
        case(Machine, "POST", route::STUDIO_GRANTS, Some(json!({"files": []}))),
        case(Machine, "POST", route::STUDIO_BATCH_GRANT, Some(json!({"sha256": hex, "length": 10}))),
        case(Machine, "GET", route::STUDIO_BATCH, None),
        case(Machine, "PUT", route::STUDIO_PRICE_LIST, Some(list)),
        case(Machine, "GET", route::STUDIO_PAYMENT, None),
        case(
            Machine,
            "PUT",
            route::STUDIO_STRIPE,
            Some(
                json!({"secret_key": "rk_test_0123456789abcdef", "webhook_secret": "whsec_0123456789abcdef"}),
            ),
        ),
        case(Machine, "DELETE", route::STUDIO_STRIPE, None),
        case(Machine, "GET", route::STUDIO_PREPAID, None),
        case(
            Machine,
            "POST",
            route::STUDIO_PREPAID,
            Some(json!({
                "code": "PAY-0011-VABC-DEFG", "made_at": NOW,
                "worth": {"money": {"minor": 5000, "currency": "EUR"}},
            })),
        ),
        case(Machine, "GET", route::STUDIO_ORDERS, None),
        case(Machine, "GET", route::STUDIO_ORDER, None),
        case(Machine, "POST", route::STUDIO_APPROVE, Some(json!({"routes": {}}))),
        case(Machine, "POST", route::STUDIO_CANCEL, Some(json!({}))),
        case(Machine, "POST", route::STUDIO_MARK_PAID, None),
        case(
            Machine,
            "POST",
            route::STUDIO_ADJUST,
            Some(json!({
                "adjustment": {"text": "{}", "key": key, "signature": signature},
                "certificate": {
                    "studio": STUDIO_A, "machine": machine,
                    "device_key": key, "studio_key": key, "signature": signature,
                },
            })),
        ),
        case(Machine, "POST", route::STUDIO_HOLD, Some(json!({"reason": "x"}))),
        case(
            Machine,
            "POST",
            route::STUDIO_REFUND_NOTE,
            Some(json!({"amount": {"minor": 1, "currency": "EUR"}, "text": "", "at": 1})),
        ),
        case(
            Machine,
            "POST",
            route::STUDIO_REMAKE,
            Some(json!({"lines": [1], "reason": "x", "revision": 1})),
        ),
        case(Machine, "POST", route::STUDIO_REORDER, Some(json!({"key": "0123456789abcdef"}))),
        case(Machine, "GET", route::STUDIO_JOBS, None),
        case(Machine, "POST", route::STUDIO_JOB_ACK, None),
        case(Machine, "POST", route::STUDIO_JOB_PROGRESS, Some(json!({}))),
        case(
            Machine,
            "POST",
            route::STUDIO_RELAY_GRANTS,
            Some(json!({"lab": LAB, "attempt": 1, "files": []})),
        ),
        case(
            Machine,
            "POST",
            route::STUDIO_RELAY_PARTS,
            Some(json!({"lab": LAB, "attempt": 1, "sha256": hex, "length": 80_000_000, "parts": [hex, hex]})),
        ),
        case(
            Machine,
            "POST",
            route::STUDIO_DIGITAL_PARTS,
            Some(
                json!({"line": 1, "attempt": 1, "name": "a.jpg", "sha256": hex, "length": 5, "parts": [hex]}),
            ),
        ),
        case(Machine, "GET", route::STUDIO_DIGITAL_PICTURES, None),
        case(
            Machine,
            "POST",
            route::STUDIO_DIGITAL_READY,
            Some(json!({"line": 1, "attempt": 1, "days": 30,
                "files": [{"name": "a.jpg", "sha256": hex, "length": 5}]})),
        ),
        case(Machine, "GET", route::STUDIO_QUEUE, None),
        case(Machine, "POST", route::STUDIO_QUEUE_DELETE, Some(json!({"receipts": []}))),
        case(Machine, "POST", route::STUDIO_QUEUE_EXTEND, Some(json!({"receipt": "1.a", "seconds": 30}))),
        case(Machine, "GET", route::STUDIO_QUEUE_ACCESS, None),
        case(Machine, "GET", route::STUDIO_LABS, None),
        case(
            Machine,
            "POST",
            route::STUDIO_LAB_PAIR,
            Some(json!({"studio": STUDIO_A, "studio_key": key, "proof": hex})),
        ),
        case(Machine, "POST", route::STUDIO_ADOPT, Some(json!({"from": machine}))),
        case(Nobody, "POST", route::LAB_ENROL, Some(json!({"token": "x", "lab_key": key}))),
        case(Nobody, "POST", route::LAB_SESSION, Some(session)),
        case(Lab, "GET", route::LAB_PAIRINGS, None),
        case(Lab, "POST", route::LAB_PAIRING, Some(json!({"accept": true}))),
        case(Lab, "GET", route::LAB_DELIVERIES, None),
        case(Lab, "GET", route::LAB_DELIVERY, None),
        case(Lab, "POST", route::LAB_DELIVERY_ACK, None),
        case(Lab, "POST", route::LAB_DELIVERY_AGAIN, Some(json!({"why": "damaged"}))),
        case(Lab, "POST", route::LAB_LEASE, Some(json!({"receiver": receiver, "seconds": 30}))),
        case(
            Lab,
            "POST",
            route::LAB_CLAIM,
            Some(
                json!({"order": ORDER, "line": 1, "attempt": 1, "copies": 1, "receiver": receiver, "fence": 1}),
            ),
        ),
        case(
            Lab,
            "POST",
            route::LAB_REPORTS,
            Some(json!({"text": "{}", "key": key, "signature": signature})),
        ),
        case(Lab, "GET", route::LAB_QUEUE, None),
        case(Lab, "POST", route::LAB_QUEUE_DELETE, Some(json!({"receipts": []}))),
        case(Lab, "POST", route::LAB_QUEUE_EXTEND, Some(json!({"receipt": "1.a", "seconds": 30}))),
        case(Lab, "GET", route::LAB_QUEUE_ACCESS, None),
    ]
}

/// Fills an address with ids of studio A's things; `bad` puts nonsense in their place.
fn address(route: &str, bad: bool) -> String {
    let segment = |s: &str| match s {
        s if s.starts_with('{') && bad => "%F0%9F%98%80".to_owned(),
        "{gallery}" => GALLERY.to_string(),
        "{order}" => ORDER.to_string(),
        "{code}" => "cod_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "{batch}" => "bat_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "{list}" => "pri_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "{lab}" => LAB.to_string(),
        "{studio}" => STUDIO_A.to_string(),
        "{version}" | "{attempt}" | "{line}" => "1".to_owned(),
        s => s.to_owned(),
    };
    route.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn bytes(body: &Option<Value>) -> Vec<u8> {
    body.as_ref().map(|b| b.to_string().into_bytes()).unwrap_or_default()
}

#[test]
fn every_route_of_the_contract_is_in_this_table() {
    let source = include_str!("../../../../crates/wire/src/route.rs");
    let mut counted = 0;
    for line in source.lines() {
        let Some(rest) = line.strip_prefix("pub const ") else { continue };
        if !rest.starts_with("STUDIO_") && !rest.starts_with("LAB_") {
            continue;
        }
        let path = rest.split('"').nth(1).unwrap();
        assert!(cases().iter().any(|c| c.route == path), "{path} has no test");
        counted += 1;
    }
    assert!(counted > 40, "the contract was not read");
}

#[tokio::test]
async fn nobody_gets_in_without_a_session_of_the_right_kind() {
    let world = World::new().await;
    let forged = format!("{}x", world.a1.token);
    for case in cases().iter().filter(|c| c.caller != Caller::Nobody) {
        let path = address(case.route, false);
        let body = || bytes(&case.body);
        world.raw(case.method, &path, None, body()).await.refused(401, "no_session");
        world.raw(case.method, &path, Some(&forged), body()).await.refused(401, "bad_session");
        let other = if case.caller == Caller::Machine { &world.lab.token } else { &world.a1.token };
        world.raw(case.method, &path, Some(other), body()).await.refused(401, "bad_session");
        // Also with nonsense in the address: without a session nothing is said about it.
        world.raw(case.method, &address(case.route, true), None, body()).await.refused(401, "no_session");
    }
}

#[tokio::test]
async fn sessions_end_after_an_hour() {
    let world = World::new().await;
    world.clock.advance(domain::Millis::HOUR);
    for case in cases().iter().filter(|c| c.caller != Caller::Nobody) {
        let token = if case.caller == Caller::Machine { &world.a1.token } else { &world.lab.token };
        let answer =
            world.raw(case.method, &address(case.route, false), Some(token), bytes(&case.body)).await;
        answer.refused(401, "session_expired");
    }
}

#[tokio::test]
async fn a_suspended_studio_is_told_so_everywhere() {
    let world = World::new().await;
    let studio = world.ports.directory.studio(STUDIO_A).await.unwrap().unwrap();
    world.ports.directory.put_studio(&Studio { suspended: true, ..studio }).await.unwrap();
    for case in cases().iter().filter(|c| c.caller == Caller::Machine) {
        let path = address(case.route, false);
        let answer = world.raw(case.method, &path, Some(&world.a1.token), bytes(&case.body)).await;
        answer.refused(403, "studio_suspended");
    }
    world.get(route::STUDIO_ACCOUNT, &world.b.token).await.ok::<Value>();
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_a_reason() {
    let world = World::new().await;
    for case in cases() {
        let token = match case.caller {
            Caller::Nobody => None,
            Caller::Machine => Some(world.a1.token.as_str()),
            Caller::Lab => Some(world.lab.token.as_str()),
        };
        if case.body.is_some() {
            for malformed in ["{", "7", "\"text\"", "null", "\u{0}"] {
                let path = address(case.route, false);
                let answer = world.raw(case.method, &path, token, malformed.as_bytes().to_vec()).await;
                answer.refused(400, "unreadable_body");
            }
        }
        if case.route.contains('{') {
            let path = address(case.route, true);
            let answer = world.raw(case.method, &path, token, bytes(&case.body)).await;
            answer.refused(400, "malformed_address");
        }
        let answer = world.raw("PATCH", &address(case.route, false), token, Vec::new()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{}", case.route);
        answer.refused(405, "wrong_method");
    }
}

#[tokio::test]
async fn another_tenants_things_look_like_nothing() {
    let world = World::new().await;
    world.gallery().await;
    world.approved_order().await;
    for case in cases().iter().filter(|c| c.owned) {
        let token = match case.caller {
            Caller::Machine => &world.b.token,
            Caller::Lab => &world.other_lab.token,
            Caller::Nobody => continue,
        };
        let theirs =
            world.raw(case.method, &address(case.route, false), Some(token), bytes(&case.body)).await;
        let theirs = theirs.refused(404, "not_found");
        // Word for word what is said of something that never was.
        let never = address(case.route, false)
            .replace(&GALLERY.to_string(), "gal_aaaaaaaaaaaaaaaaaaaaaaaaaa")
            .replace(&ORDER.to_string(), "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa")
            .replace(&STUDIO_A.to_string(), "stu_aaaaaaaaaaaaaaaaaaaaaaaaaa");
        let missing = world.raw(case.method, &never, Some(token), bytes(&case.body)).await;
        assert_eq!(theirs, missing.refused(404, "not_found"), "{}", case.route);
    }
}
