//! Every route of gallery-api: as meant, without a session, outside the scope, malformed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod seed;

use domain::{Millis, gallery::GalleryState};
use seed::{Browser, CHILD_CODE, FULL_CODE, NOW, Seed, code};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    page["photos"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect()
}

async fn opened(bits: u64) -> (Seed, Browser, String) {
    let seed = Seed::new().await;
    let mut browser = Browser::new(&darkslide_gallery_api::router(seed.ports.clone()));
    let reply = browser.open(bits).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    let base = format!("/api/gallery/{}", seed.gallery);
    (seed, browser, base)
}

#[tokio::test]
async fn a_code_opens_its_gallery_however_it_is_typed() {
    let seed = Seed::new().await;
    let app = darkslide_gallery_api::router(seed.ports.clone());
    let typed = format!("  {} ", code(FULL_CODE).to_lowercase().replace('-', " "));
    let reply = Browser::new(&app).ask("POST", "/api/gallery/open", Some(json!({ "code": typed }))).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["galleries"][0]["name"], "Wedding");
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("darkslide=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax")
    );
}

#[tokio::test]
async fn wrong_codes_are_told_apart_from_no_codes_and_slow_only_their_source() {
    let seed = Seed::new().await;
    let app = darkslide_gallery_api::router(seed.ports.clone());
    let mut browser = Browser::new(&app);
    let wrong = browser.open(42).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json["code"]), (403, &json!("wrong_code")));
    let nonsense = browser.ask("POST", "/api/gallery/open", Some(json!({ "code": "§§" }))).await;
    assert_eq!((nonsense.status.as_u16(), &nonsense.json["code"]), (403, &json!("wrong_code")));
    let begin = std::time::Instant::now();
    let mut slowed = false;
    for _ in 0..12 {
        let before = std::time::Instant::now();
        browser.open(43).await;
        slowed |= before.elapsed().as_millis() > 50;
    }
    assert!(slowed, "12 wrong codes in {:?} were never slowed", begin.elapsed());
    let before = std::time::Instant::now();
    assert_eq!(browser.open(FULL_CODE).await.status, 200);
    assert!(before.elapsed().as_millis() < 1_000, "a right code from the same address was held back");
}

#[tokio::test]
async fn without_a_cookie_nothing_is_shown() {
    let seed = Seed::new().await;
    let mut browser = Browser::new(&darkslide_gallery_api::router(seed.ports.clone()));
    let base = format!("/api/gallery/{}", seed.gallery);
    let photo = seed.photos[0];
    for path in [
        "/api/gallery/session".to_owned(),
        base.clone(),
        format!("{base}/photos"),
        format!("{base}/photos/{photo}"),
        format!("{base}/products"),
        format!("{base}/cart"),
    ] {
        let reply = browser.get(&path).await;
        assert_eq!((reply.status.as_u16(), &reply.json["code"]), (401, &json!("no_session")), "{path}");
    }
    for method in ["PUT", "DELETE"] {
        let reply = browser.ask(method, &format!("{base}/favourites/{photo}"), None).await;
        assert_eq!(reply.status, 401);
    }
    browser.cookie = Some("darkslide=forged.token.here".into());
    assert_eq!(browser.get(&base).await.status, 401);
}

#[tokio::test]
async fn the_whole_gallery_is_listed_filtered_searched_and_paged_on_the_host() {
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    let all = browser.get(&format!("{base}/photos")).await.json;
    assert_eq!(ids(&all), seed.photos.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(all["total"], 5);

    let mut paged = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let page = browser.get(&format!("{base}/photos?{query}")).await.json;
        assert_eq!(page["total"], 5);
        paged.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => query = format!("limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, ids(&all));

    let party = browser.get(&format!("{base}/photos?keyword=Party")).await.json;
    assert_eq!((ids(&party).len(), &party["total"]), (2, &json!(2)));
    assert_eq!(browser.get(&format!("{base}/photos?section=Ceremony")).await.json["total"], 3);
    assert_eq!(browser.get(&format!("{base}/photos?q=first+DANCE")).await.json["total"], 1);
    assert_eq!(browser.get(&format!("{base}/photos?q=okafor")).await.json["total"], 1);
    assert_eq!(browser.get(&format!("{base}/photos?q=nothing-like-it")).await.json["total"], 0);
    assert_eq!(browser.get(&format!("{base}/photos?subject={}", seed.subjects[0])).await.json["total"], 2);
    assert_eq!(browser.get(&format!("{base}/photos?subject=nonsense")).await.status, 400);
    assert_eq!(browser.get(&format!("{base}/photos?cursor=%00%ff")).await.status, 400);
}

#[tokio::test]
async fn micro_previews_come_with_their_header() {
    let (_seed, mut browser, base) = opened(FULL_CODE).await;
    let page = browser.get(&format!("{base}/photos")).await.json;
    let micro = page["photos"][0]["micro"].as_str().unwrap();
    let jpeg = data_encoding::BASE64.decode(micro.as_bytes()).unwrap();
    assert_eq!(&jpeg[..2], [0xFF, 0xD8]);
    assert!(jpeg.windows(4).any(|w| w == [1, 2, 3, 0]), "the stored scan follows the header");
    let url = page["photos"][0]["thumbnail"]["url"].as_str().unwrap();
    assert!(url.starts_with("/img/gal_") && !url.contains('?'), "{url}");
    let images = page["photos"].as_array().unwrap().iter().flat_map(|p| [&p["thumbnail"], &p["proof"]]);
    let images = images.filter(|image| !image.is_null()).count();
    assert_eq!(page["tokens"].as_array().unwrap().len(), images);
}

#[tokio::test]
async fn what_is_alike_is_said_once_and_hearts_and_tokens_are_each_visitors_own() {
    let seed = Seed::new().await;
    let app = darkslide_gallery_api::router(seed.ports.clone());
    let (mut one, mut other) = (Browser::new(&app), Browser::new(&app));
    for browser in [&mut one, &mut other] {
        assert_eq!(browser.open(FULL_CODE).await.status, 200);
    }
    let base = format!("/api/gallery/{}", seed.gallery);
    let photo = seed.photos[1];
    let before = one.get(&format!("{base}/photos?limit=3")).await.json;
    one.ask("PUT", &format!("{base}/favourites/{photo}"), None).await;
    let one_sees = one.get(&format!("{base}/photos?limit=3")).await.json;
    let other_sees = other.get(&format!("{base}/photos?limit=3")).await.json;
    assert_eq!(one_sees["photos"], other_sees["photos"]);
    let at = before["photos"].as_array().unwrap().iter().position(|p| p["id"] == json!(photo)).unwrap();
    assert_eq!(
        (&before["favourites"], &one_sees["favourites"], &other_sees["favourites"]),
        (&json!([]), &json!([at]), &json!([]))
    );
    assert_eq!(before["tokens"], one_sees["tokens"]);
    assert_ne!(one_sees["tokens"], other_sees["tokens"]);

    // Joined, a photo of the page is the photo asked for alone.
    let listing: wire::customer::PhotoListing = serde_json::from_value(one_sees).unwrap();
    for photo in listing.whole().photos {
        let alone = one.get(&format!("{base}/photos/{}", photo.id)).await.json;
        assert_eq!(serde_json::to_value(&photo).unwrap(), alone);
    }
}

#[tokio::test]
async fn a_childs_code_sees_the_child_and_no_trace_of_others() {
    let (seed, mut browser, base) = opened(CHILD_CODE).await;
    let page = browser.get(&format!("{base}/photos")).await.json;
    assert_eq!((ids(&page).len(), &page["total"]), (2, &json!(2)));
    assert_eq!(browser.get(&format!("{base}/photos/{}", seed.photos[0])).await.status, 404);
    let add = browser.ask("PUT", &format!("{base}/favourites/{}", seed.photos[0]), None).await;
    assert_eq!(add.status, 404);
    let other = browser.get(&format!("{base}/photos?subject={}", seed.subjects[1])).await.json;
    assert_eq!((ids(&other).len(), &other["total"]), (0, &json!(0)));

    let view = browser.get(&base).await.json;
    assert_eq!(view["photos"], 2);
    let names: Vec<_> = view["subjects"].as_array().unwrap().iter().map(|s| s["name"].clone()).collect();
    assert_eq!(names, [json!("Mia Berg")], "the sibling's name stays unknown");
    assert_eq!(view["sections"], json!([{ "value": "Ceremony", "photos": 2 }]));
    assert!(!view.to_string().contains("party"));
}

#[tokio::test]
async fn searching_a_foreign_name_in_a_narrow_session_finds_nothing() {
    let (_seed, mut browser, base) = opened(CHILD_CODE).await;
    let found = browser.get(&format!("{base}/photos?q=okafor")).await.json;
    assert_eq!(found["total"], 0, "a shared picture must not tell who else is in it");
}

#[tokio::test]
async fn siblings_codes_add_up() {
    let (seed, mut browser, base) = opened(CHILD_CODE).await;
    seed.add_code(77, 3, domain::access::Scope::Subjects([seed.subjects[1]].into())).await;
    assert_eq!(browser.open(77).await.status, 200);
    let view = browser.get(&base).await.json;
    assert_eq!(view["subjects"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn hearts_are_kept_and_listed() {
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    let heart = format!("{base}/favourites/{}", seed.photos[3]);
    assert_eq!(browser.ask("PUT", &heart, None).await.status, 204);
    assert_eq!(browser.ask("PUT", &heart, None).await.status, 204);
    let page = browser.get(&format!("{base}/photos?favourites=true")).await.json;
    assert_eq!(ids(&page), [seed.photos[3].to_string()]);
    assert_eq!(browser.get(&base).await.json["favourites"], 1);
    assert_eq!(browser.get(&format!("{base}/photos/{}", seed.photos[3])).await.json["favourite"], true);
    assert_eq!(browser.ask("DELETE", &heart, None).await.status, 204);
    assert_eq!(browser.get(&base).await.json["favourites"], 0);
    assert_eq!(browser.ask("PUT", &format!("{base}/favourites/nonsense"), None).await.status, 404);
}

#[tokio::test]
async fn products_and_cart() {
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    assert_eq!(browser.get(&format!("{base}/products")).await.json["products"][0]["id"], "8x10-lustre");
    let cart = format!("{base}/cart");
    assert_eq!(browser.get(&cart).await.json, json!({ "lines": [], "revision": 0 }));
    let line = json!({ "id": "a", "product": "8x10-lustre", "quantity": 2, "nodes": [] });
    let saved = browser.ask("PUT", &cart, Some(json!({ "lines": [line], "revision": 0 }))).await;
    assert_eq!((saved.status.as_u16(), &saved.json["revision"]), (200, &json!(1)));
    let stale = browser.ask("PUT", &cart, Some(json!({ "lines": [], "revision": 0 }))).await;
    assert_eq!((stale.status.as_u16(), &stale.json["code"]), (409, &json!("cart_changed")));
    assert_eq!(browser.get(&cart).await.json["lines"][0]["quantity"], 2);
    let huge = vec![line; 501];
    let refused = browser.ask("PUT", &cart, Some(json!({ "lines": huge, "revision": 1 }))).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (400, &json!("too_many_lines")));
    seed.change_gallery(|g| g.price_list = None).await;
    assert_eq!(browser.get(&format!("{base}/products")).await.json["code"], "no_prints");
}

#[tokio::test]
async fn draft_closed_and_expired_galleries_say_so() {
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    seed.change_gallery(|g| g.expires_at = Some(Millis(NOW + 10_000))).await;
    assert_eq!(browser.get(&base).await.status, 200);
    seed.clock.advance(10_001);
    let ended = browser.get(&base).await;
    assert_eq!((ended.status.as_u16(), &ended.json["code"]), (410, &json!("gallery_closed")));
    assert_eq!(browser.get("/api/gallery/session").await.status, 401);

    let seed = Seed::new().await;
    seed.change_gallery(|g| g.state = GalleryState::Draft).await;
    let mut browser = Browser::new(&darkslide_gallery_api::router(seed.ports.clone()));
    let draft = browser.open(FULL_CODE).await;
    assert_eq!((draft.status.as_u16(), &draft.json["code"]), (409, &json!("gallery_not_ready")));
}

#[tokio::test]
async fn a_session_is_renewed_until_its_code_is_revoked() {
    let (seed, mut browser, _) = opened(FULL_CODE).await;
    seed.clock.advance(50 * Millis::MINUTE);
    assert_eq!(browser.get("/api/gallery/session").await.status, 200);
    seed.clock.advance(50 * Millis::MINUTE);
    assert_eq!(browser.get("/api/gallery/session").await.status, 200, "renewed before it ended");
    seed.ports.galleries.revoke_code(seed.gallery, domain::id::CodeId::from_bytes([1; 16])).await.unwrap();
    assert_eq!(browser.get("/api/gallery/session").await.status, 401);
    assert_eq!(browser.open(FULL_CODE).await.json["code"], "code_ended");

    let (seed, mut browser, base) = opened(FULL_CODE).await;
    seed.clock.advance(61 * Millis::MINUTE);
    assert_eq!(browser.get(&base).await.status, 401, "a cookie lasts an hour");
    let (_seed, mut browser, base) = opened(FULL_CODE).await;
    assert_eq!(browser.ask("DELETE", "/api/gallery/session", None).await.status, 204);
    assert_eq!(browser.get(&base).await.status, 401);
}

#[tokio::test]
async fn unreadable_bodies_are_problems() {
    let seed = Seed::new().await;
    let mut browser = Browser::new(&darkslide_gallery_api::router(seed.ports.clone()));
    let reply = browser.ask("POST", "/api/gallery/open", Some(json!({ "kode": 1 }))).await;
    assert_eq!((reply.status.as_u16(), &reply.json["code"]), (400, &json!("unreadable_body")));
}

#[tokio::test]
async fn hearts_wait_for_a_visitor_whose_cookie_has_run_out() {
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    let heart = format!("{base}/favourites/{}", seed.photos[0]);
    assert_eq!(browser.ask("PUT", &heart, None).await.status, 204);
    seed.clock.advance(30 * Millis::DAY);
    assert_eq!(browser.get(&base).await.status, 401, "an expired cookie opens nothing");
    assert_eq!(browser.open(CHILD_CODE).await.status, 200);
    assert_eq!(browser.get(&base).await.json["photos"], 2, "nor does it widen what a code opens");
    assert_eq!(browser.open(FULL_CODE).await.status, 200);
    assert_eq!(browser.get(&base).await.json["favourites"], 1);
}

#[tokio::test]
async fn who_waits_for_news_hears_of_what_she_may_see_and_of_nothing_else() {
    let seed = Seed::new().await;
    let app = darkslide_gallery_api::router(seed.ports.clone());
    let (mut all, mut child) = (Browser::new(&app), Browser::new(&app));
    all.open(FULL_CODE).await;
    child.open(CHILD_CODE).await;
    let path = format!("/api/gallery/{}/news", seed.gallery);
    let first = all.get(&path).await;
    assert_eq!((first.status.as_u16(), first.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
    let known = |mark: &serde_json::Value| format!("{path}?known={}", mark.as_str().unwrap());
    let child_knows = child.get(&path).await.json;
    // Another mark is answered at once.
    assert_eq!(all.get(&format!("{path}?known=older")).await.json, first.json);

    // A photo of nobody in particular: who sees everything hears of it while waiting, the child's page does not.
    let published = seed::photo(domain::id::StudioId::from_bytes([1; 16]), seed.gallery, 99, Vec::new());
    let (all_waits, child_waits) = (known(&first.json["mark"]), known(&child_knows["mark"]));
    let changes = [domain::photo::PhotoChange::Publish(published)];
    let (heard, _) = tokio::join!(all.get(&all_waits), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        seed.ports.photos.apply(seed.gallery, &changes).await.unwrap();
    });
    assert_eq!(heard.status, 200);
    assert_ne!(heard.json["mark"], first.json["mark"]);
    assert_eq!(heard.json["photos"].as_u64(), first.json["photos"].as_u64().map(|n| n + 1));
    let silent = tokio::time::timeout(std::time::Duration::from_millis(500), child.get(&child_waits)).await;
    assert!(silent.is_err(), "the child's page was told of another's photo");
    assert_eq!(child.get(&path).await.json, child_knows);
    // Without a cookie there is nothing to hear.
    assert_eq!(Browser::new(&app).get(&path).await.status, 401);
}

#[tokio::test]
async fn opening_brings_the_first_screen_along_when_asked() {
    let seed = Seed::new().await;
    let app = darkslide_gallery_api::router(seed.ports.clone());
    for (bits, photos) in [(FULL_CODE, 5), (CHILD_CODE, 2)] {
        let mut browser = Browser::new(&app);
        let body = json!({ "code": code(bits), "first": 2 });
        let opened = browser.ask("POST", "/api/gallery/open", Some(body)).await;
        let base = format!("/api/gallery/{}", seed.gallery);
        let first = &opened.json["first"];
        assert_eq!(first["view"]["photos"], photos);
        // The very answers that the questions afterwards would get.
        assert_eq!(first["view"], browser.get(&base).await.json);
        let listing = browser.get(&format!("{base}/photos?limit=2")).await.json;
        let listing: wire::customer::PhotoListing = serde_json::from_value(listing).unwrap();
        assert_eq!(first["page"], serde_json::to_value(listing.whole()).unwrap());
    }
    let (_, mut browser, _) = opened(FULL_CODE).await;
    assert!(browser.open(FULL_CODE).await.json.get("first").is_none());
}

/// Bytes that no compression makes smaller, as a scan's are.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[tokio::test]
async fn a_thousand_photos_are_four_requests_and_the_first_page_is_small() {
    let (seed, mut browser, base) = opened(FULL_CODE).await;
    let studio = domain::id::StudioId::from_bytes([1; 16]);
    let mut changes = Vec::new();
    for n in 5..1_000u64 {
        let mut photo = seed::photo(studio, seed.gallery, 0, vec![]);
        photo.id = domain::id::PhotoId::from_bytes(noise(n, 16).try_into().unwrap());
        photo.version = domain::hash::VersionHash(noise(n + 1, 32).try_into().unwrap());
        photo.file_name = format!("DSC_{n:04}.jpg");
        photo.title = None;
        photo.captured_at = Some(format!("2026-06-20T{:02}:{:02}:{:02}", n / 60, n % 60, n * 7 % 60));
        // What the micro previews of real photographs measure.
        photo.micro.scan = noise(n + 2, 350);
        changes.push(domain::photo::PhotoChange::Publish(photo));
    }
    for some in changes.chunks(100) {
        seed.ports.photos.apply(seed.gallery, some).await.unwrap();
    }
    // Opening was the first request.
    let view = browser.get(&base).await;
    assert_eq!(view.json["photos"], 1_000);
    let first = browser.get(&format!("{base}/photos?limit=60")).await;
    let cursor = first.json["next"].as_str().unwrap();
    let rest = browser.get(&format!("{base}/photos?limit=940&cursor={cursor}")).await;
    assert_eq!((ids(&first.json).len(), ids(&rest.json).len()), (60, 940));
    assert_eq!(rest.json.get("next"), None, "that was all");

    // As this host and the functions compress: gzip, the fastest.
    let text = serde_json::to_vec(&first.json).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &text).unwrap();
    let sent = gzip.finish().unwrap().len();
    println!("60 photos: {} bytes of JSON, {sent} compressed", text.len());
    assert!(sent <= 40_000, "{sent} bytes");
}
