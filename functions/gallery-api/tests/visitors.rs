//! What visitors keep and hand in: lists, notes, links to other devices, addresses for drafts; and the look.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod seed;

use domain::{
    Millis,
    access::link::OPENS_SECONDS,
    gallery::{GalleryState, Logo, LogoFormat, Settings},
    hash::Sha256,
    object_key,
};
use seed::{Browser, CHILD_CODE, FULL_CODE, NOW, Seed, code};
use serde_json::{Value, json};
use wire::lists::SubmittedList;

async fn opened(bits: u64) -> (Seed, Browser, String) {
    let seed = Seed::new().await;
    let mut browser = Browser::new(&darkslide_gallery_api::router(seed.ports.clone()));
    assert_eq!(browser.open(bits).await.status, 200);
    let base = format!("/api/gallery/{}", seed.gallery);
    (seed, browser, base)
}

async fn link(browser: &mut Browser, base: &str) -> String {
    let made = browser.ask("POST", &format!("{base}/link"), Some(json!({}))).await;
    assert_eq!((made.status.as_u16(), made.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
    assert_eq!(made.json["opens_until"], NOW + OPENS_SECONDS * 1_000);
    made.json["link"].as_str().unwrap().to_owned()
}

async fn follow(browser: &mut Browser, body: Value) -> (u16, Value) {
    let reply = browser.ask("POST", "/api/gallery/open-link", Some(body)).await;
    (reply.status.as_u16(), reply.json)
}

fn line(id: &str, seed: &Seed) -> Value {
    let crop = json!({"rect": {"x": 0, "y": 0, "width": 1, "height": 1}, "quarter_turns": 0, "angle": 0, "aspect": null});
    json!({"id": id, "product": "8x10-lustre", "quantity": 1,
           "nodes": [{"photo": seed.photos[0], "version": "0".repeat(64), "crop": crop}]})
}

#[tokio::test]
async fn a_link_brings_hearts_and_cart_to_another_device() {
    let (seed, mut phone, base) = opened(FULL_CODE).await;
    phone.ask("PUT", &format!("{base}/favourites/{}", seed.photos[1]), None).await;
    phone
        .ask("PUT", &format!("{base}/cart"), Some(json!({"lines": [line("a", &seed)], "revision": 0})))
        .await;
    let link = link(&mut phone, &base).await;
    let mut desk = Browser::new(&phone.app);
    let (status, opened) = follow(&mut desk, json!({ "link": link })).await;
    assert_eq!((status, &opened["galleries"][0]["name"]), (200, &json!("Wedding")));
    assert_eq!(desk.get(&base).await.json["favourites"], 1);
    assert_eq!(desk.get(&format!("{base}/cart")).await.json["lines"][0]["id"], "a");
    // The cookie of a link is renewed like any other.
    assert_eq!(desk.get("/api/gallery/session").await.status, 200);
    let garbled = follow(&mut desk, json!({ "link": format!("{link}A") })).await;
    assert_eq!((garbled.0, &garbled.1["code"]), (403, &json!("link_unknown")));
}

#[tokio::test]
async fn a_childs_link_opens_the_child_and_a_revoked_code_ends_it() {
    let (seed, mut phone, base) = opened(CHILD_CODE).await;
    let link = link(&mut phone, &base).await;
    let mut desk = Browser::new(&phone.app);
    assert_eq!(follow(&mut desk, json!({ "link": link })).await.0, 200);
    assert_eq!(desk.get(&base).await.json["photos"], 2);
    seed.ports.galleries.revoke_code(seed.gallery, domain::id::CodeId::from_bytes([2; 16])).await.unwrap();
    let mut late = Browser::new(&phone.app);
    let (status, refused) = follow(&mut late, json!({ "link": link })).await;
    assert_eq!((status, &refused["code"]), (409, &json!("code_needed")));
    assert!(late.cookie.is_none());
}

#[tokio::test]
async fn an_old_link_needs_the_code_and_then_brings_everything_back() {
    let (seed, mut phone, base) = opened(FULL_CODE).await;
    phone.ask("PUT", &format!("{base}/favourites/{}", seed.photos[1]), None).await;
    let link = link(&mut phone, &base).await;
    seed.clock.advance(OPENS_SECONDS * 1_000);
    let mut desk = Browser::new(&phone.app);
    assert_eq!(follow(&mut desk, json!({ "link": link })).await.1["code"], "code_needed");
    let wrong = follow(&mut desk, json!({ "link": link, "code": code(7) })).await;
    assert_eq!((wrong.0, &wrong.1["code"]), (403, &json!("wrong_code")));
    // With a child's code it is still her link, and still only the child.
    assert_eq!(follow(&mut desk, json!({ "link": link, "code": code(CHILD_CODE) })).await.0, 200);
    let view = desk.get(&base).await.json;
    assert_eq!((&view["photos"], &view["favourites"]), (&json!(2), &json!(1)));
    seed.clock.advance(200 * Millis::DAY);
    assert_eq!(follow(&mut desk, json!({ "link": link })).await.1["code"], "link_over");
}

#[tokio::test]
async fn a_device_with_hearts_of_its_own_is_asked_and_loses_nothing() {
    let (seed, mut phone, base) = opened(FULL_CODE).await;
    let mut desk = Browser::new(&phone.app);
    desk.open(FULL_CODE).await;
    for (browser, photo, id) in [(&mut phone, 0, "a"), (&mut desk, 1, "b")] {
        browser.ask("PUT", &format!("{base}/favourites/{}", seed.photos[photo]), None).await;
        let cart = json!({"lines": [line(id, &seed)], "revision": 0});
        browser.ask("PUT", &format!("{base}/cart"), Some(cart)).await;
        let list = json!({"id": id, "name": id, "photos": [seed.photos[2]]});
        let lists = json!({"lists": [list], "notes": {seed.photos[photo].to_string(): id}, "revision": 0});
        assert_eq!(browser.ask("PUT", &format!("{base}/lists"), Some(lists)).await.status, 200);
    }
    let link = link(&mut phone, &base).await;
    let (status, asked) = follow(&mut desk, json!({ "link": link })).await;
    assert_eq!((status, &asked["code"]), (409, &json!("other_visitor")));
    assert_eq!(desk.get(&base).await.json["favourites"], 1, "nothing was moved unasked");
    for _ in 0..2 {
        assert_eq!(follow(&mut desk, json!({ "link": link, "merge": true })).await.0, 200);
    }
    for browser in [&mut desk, &mut phone] {
        assert_eq!(browser.get(&base).await.json["favourites"], 2);
        let ids = |v: &Value| v.as_array().unwrap().iter().map(|l| l["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&browser.get(&format!("{base}/cart")).await.json["lines"]), ["a", "b"]);
        let lists = browser.get(&format!("{base}/lists")).await.json;
        assert_eq!(ids(&lists["lists"]), ["a", "b"]);
        assert_eq!(lists["notes"].as_object().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn lists_are_kept_with_notes_and_shown() {
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    let path = format!("{base}/lists");
    let [first, second] = [seed.photos[4], seed.photos[0]];
    let lists = json!([{"id": "a1", "name": " Al\u{202E}bum ", "photos": [first, second, first]}]);
    let notes = json!({first.to_string(): "Brighter,\nplease", second.to_string(): "  "});
    let saved = browser.ask("PUT", &path, Some(json!({"lists": lists, "notes": notes, "revision": 0}))).await;
    assert_eq!(saved.status, 200, "{}", saved.json);
    assert_eq!(saved.json["revision"], 1);
    let read = browser.get(&path).await.json;
    assert_eq!(read["lists"][0]["name"], "Album");
    assert_eq!(read["lists"][0]["photos"], json!([first, second]));
    assert_eq!(read["notes"], json!({first.to_string(): "Brighter,\nplease"}));
    let page = browser.get(&format!("{base}/photos?list=a1&limit=1")).await.json;
    assert_eq!((&page["total"], &page["photos"][0]["id"]), (&json!(2), &json!(second.to_string())));
    let next = format!("{base}/photos?list=a1&limit=1&cursor={}", page["next"].as_str().unwrap());
    assert_eq!(browser.get(&next).await.json["photos"][0]["id"], first.to_string());
    assert_eq!(browser.get(&format!("{base}/photos?list=a1&section=party")).await.json["total"], 1);
    assert_eq!(browser.get(&format!("{base}/photos?list=zz")).await.json["total"], 0);
    let stale = browser.ask("PUT", &path, Some(json!({"lists": [], "notes": {}, "revision": 0}))).await;
    assert_eq!((stale.status.as_u16(), &stale.json["code"]), (409, &json!("lists_changed")));
    for bad in [
        json!([{"id": "favourites", "name": "x", "photos": []}]),
        json!([{"id": "A", "name": "x", "photos": []}]),
        json!([{"id": "a", "name": " ", "photos": []}]),
        json!([{"id": "a", "name": "x", "photos": []}, {"id": "a", "name": "y", "photos": []}]),
    ] {
        let refused =
            browser.ask("PUT", &path, Some(json!({"lists": bad, "notes": {}, "revision": 1}))).await;
        assert_eq!(refused.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn a_list_is_given_within_the_limit_and_the_scope() {
    let (seed, mut browser, base) = opened(CHILD_CODE).await;
    seed.change_gallery(|g| g.settings.selection_limit = Some(1)).await;
    assert_eq!(browser.get(&base).await.json["selection_limit"], 1);
    let submit = async |browser: &mut Browser, list: &str, body: Value| {
        let reply = browser.ask("POST", &format!("{base}/lists/{list}/submit"), Some(body)).await;
        (reply.status.as_u16(), reply.json)
    };
    let ada = json!({"customer": "Ada", "message": "Thank you"});
    assert_eq!(submit(&mut browser, "favourites", ada.clone()).await.1["code"], "empty_list");
    assert_eq!(submit(&mut browser, "nosuch", ada.clone()).await.0, 404);
    // The first photo is not in the child's scope: naming it in a list shows nothing of it to anybody.
    let list = json!({"id": "a1", "name": "Album", "photos": [seed.photos[0], seed.photos[1]]});
    let notes = json!({seed.photos[1].to_string(): "=cmd|'/c'!A1"});
    browser
        .ask("PUT", &format!("{base}/lists"), Some(json!({"lists": [list], "notes": notes, "revision": 0})))
        .await;
    assert_eq!(submit(&mut browser, "a1", json!({"customer": " "})).await.1["code"], "no_name");
    let (status, lists) = submit(&mut browser, "a1", ada.clone()).await;
    assert_eq!((status, &lists["submitted"]["a1"]), (200, &json!(NOW)));
    for photo in &seed.photos[1..3] {
        browser.ask("PUT", &format!("{base}/favourites/{photo}"), None).await;
    }
    let (status, refused) = submit(&mut browser, "favourites", ada.clone()).await;
    assert_eq!((status, &refused["code"]), (409, &json!("too_many_chosen")));
    // Given again: the newer one counts.
    assert_eq!(submit(&mut browser, "a1", json!({"customer": "Ada L."})).await.0, 200);
    let given = seed.ports.visitors.handed_in(seed.gallery, "list", None, 10).await.unwrap().items;
    assert_eq!(given.len(), 1);
    let given: SubmittedList = serde_json::from_str(&given[0].json).unwrap();
    assert_eq!((given.customer.as_str(), given.name.as_str()), ("Ada L.", "Album"));
    assert_eq!(given.photos.len(), 1);
    assert_eq!(given.photos[0].file_name, "DSL_0001.jpg");
    assert_eq!(given.photos[0].note.as_deref(), Some("=cmd|'/c'!A1"));
    assert!(given.message.is_none());
}

#[tokio::test]
async fn a_draft_takes_addresses_once_each() {
    let seed = Seed::new().await;
    let mut browser = Browser::new(&darkslide_gallery_api::router(seed.ports.clone()));
    let ask = async |browser: &mut Browser, bits, email: &str| {
        let body = json!({"code": code(bits), "email": email});
        let reply = browser.ask("POST", "/api/gallery/waiting", Some(body)).await;
        (reply.status.as_u16(), reply.json["code"].clone())
    };
    assert_eq!(ask(&mut browser, FULL_CODE, "ada@example.org").await, (409, json!("gallery_ready")));
    seed.change_gallery(|g| g.state = GalleryState::Draft).await;
    assert_eq!(ask(&mut browser, 99, "ada@example.org").await, (403, json!("wrong_code")));
    for bad in ["ada", "ada@", "a b@c.de", "ada@c", "ada@.de", ""] {
        assert_eq!(ask(&mut browser, FULL_CODE, bad).await, (400, json!("bad_email")), "{bad}");
    }
    for email in ["ada@example.org", "Ada@Example.org", "ben@example.org"] {
        assert_eq!(ask(&mut browser, FULL_CODE, email).await.0, 204);
    }
    let waiting = seed.ports.visitors.handed_in(seed.gallery, "waiting", None, 10).await.unwrap().items;
    assert_eq!(waiting.len(), 2);
    assert!(browser.cookie.is_none(), "waiting opens nothing");
}

#[tokio::test]
async fn the_look_is_the_studios_within_the_scope() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    assert_eq!(browser.get(&base).await.json["look"], json!({}));
    let sha256 = Sha256::of(PNG);
    let key = object_key::logo(seed.gallery, &sha256);
    seed.ports.blobs.put_new(&key, PNG.into(), "image/png").await.unwrap();
    let cover = seed.photos[0];
    seed.change_gallery(|g| {
        g.settings = Settings {
            studio_name: Some("Atelier".into()),
            accent: Some("#ffee00".parse().unwrap()),
            logo: Some(Logo { format: LogoFormat::Png, sha256, width: 300, height: 80 }),
            cover: Some(cover),
            selection_limit: None,
            no_straightening: true,
        }
    })
    .await;
    let view = browser.get(&base).await.json;
    assert_eq!(view["studio_name"], "Atelier");
    assert_eq!(view["look"]["cover"]["id"], cover.to_string());
    assert_eq!(browser.get(&format!("{base}/products")).await.json["straighten"], false);
    // Yellow is not seen on white paper: what is shown is darker.
    assert_ne!(view["look"]["accent"]["light"]["fill"], "#ffee00");
    assert_eq!(view["look"]["accent"]["dark"]["fill"], "#ffee00");
    let logo = view["look"]["logo"]["url"].as_str().unwrap();
    let request = axum::http::Request::get(logo).header("cookie", browser.cookie.clone().unwrap());
    let request = request.body(axum::body::Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(browser.app.clone(), request).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
        (200, "image/png")
    );
    let other = format!("{base}/logo/{}", Sha256::of(b"x"));
    assert_eq!(browser.get(&other).await.status, 404);
    assert_eq!(Browser::new(&browser.app).get(logo).await.status, 401);
    let mut child = Browser::new(&browser.app);
    child.open(CHILD_CODE).await;
    let view = child.get(&base).await.json;
    assert!(view["look"]["cover"].is_null() && view["look"]["logo"].is_object(), "{view}");
    assert_eq!(
        view["days"],
        json!([{"value": "2026-06-02", "photos": 1}, {"value": "2026-06-03", "photos": 1}])
    );
    assert_eq!(child.get(&format!("{base}/photos?day=2026-06-03")).await.json["total"], 1);
}
