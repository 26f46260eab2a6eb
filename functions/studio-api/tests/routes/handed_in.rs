//! Settings and logos of galleries, and what customers gave to the studio.

use serde_json::json;
use wire::{
    Page,
    device::Waiting,
    galleries::GalleryInfo,
    lists::SubmittedList,
    route::{self, fill},
};

use crate::world::*;

const PNG: &str = "iVBORw0KGgpyZXN0";

#[tokio::test]
async fn a_gallery_wears_what_the_studio_sent_and_keeps_it() {
    let world = World::new().await;
    world.gallery().await;
    let (path, logo_path) = (fill(route::STUDIO_GALLERY, &[&GALLERY]), fill(route::STUDIO_LOGO, &[&GALLERY]));
    let put = async |body: &serde_json::Value| world.call("PUT", &path, &world.a1.token, body).await;
    let revision = world.get(&path, &world.a1.token).await.ok::<GalleryInfo>().revision;
    let body = |settings: serde_json::Value, revision: u64| json!({"name": "Spring", "state": "open", "revision": revision, "settings": settings});
    let logo = json!({"format": "png", "width": 300, "height": 80, "bytes": PNG});
    let unsent = json!({"format": "png", "width": 1, "height": 1, "sha256": "0".repeat(64)});
    put(&body(json!({ "logo": unsent }), revision)).await.refused(400, "unknown_logo");
    put(&body(json!({"selection_limit": 0}), revision)).await.refused(400, "bad_limit");
    put(&body(json!({"accent": "red"}), revision)).await.refused(400, "unreadable_body");
    let wrong = json!({"format": "jpeg", "width": 300, "height": 80, "bytes": PNG});
    world.call("PUT", &logo_path, &world.a1.token, &wrong).await.refused(400, "bad_logo");
    world.call("PUT", &logo_path, &world.b.token, &logo).await.refused(404, "not_found");
    let sent: serde_json::Value = world.call("PUT", &logo_path, &world.a1.token, &logo).await.ok();
    let settings =
        json!({"studio_name": " Atelier\u{202E} ", "accent": "#7A3B2E", "logo": sent, "selection_limit": 40});
    let info: GalleryInfo = put(&body(settings, revision)).await.ok();
    assert_eq!(info.settings.studio_name.as_deref(), Some("Atelier"));
    // An agent that knows of no settings leaves them alone.
    let old: GalleryInfo =
        put(&json!({"name": "Summer", "state": "open", "revision": info.revision})).await.ok();
    assert_eq!(old.settings, info.settings);
    let cleared: GalleryInfo = put(&body(json!({}), old.revision)).await.ok();
    assert_eq!(cleared.settings, Default::default());
}

#[tokio::test]
async fn what_customers_gave_is_read_by_their_studio_alone() {
    let world = World::new().await;
    world.gallery().await;
    let visitors = &world.ports.visitors;
    for n in 0..20 {
        let list = json!({"visitor": format!("vis_{}", "a".repeat(26)), "list": "favourites", "name": "Favourites",
            "customer": format!("Ada {n}"), "submitted_at": n, "photos": []});
        visitors.hand_in(GALLERY, "list", &format!("k{n:02}"), &list.to_string()).await.unwrap();
    }
    visitors.hand_in(GALLERY, "list", "k99", "{").await.unwrap();
    let waiting = json!({"email": "ada@example.org", "asked_at": 3});
    visitors.hand_in(GALLERY, "waiting", "w", &waiting.to_string()).await.unwrap();
    let lists = fill(route::STUDIO_LISTS, &[&GALLERY]);
    let first: Page<SubmittedList> = world.get(&lists, &world.a2.token).await.ok();
    let next = format!("{lists}?cursor={}", first.next.unwrap());
    let rest: Page<SubmittedList> = world.get(&next, &world.a2.token).await.ok();
    assert_eq!(first.items.len() + rest.items.len(), 20, "one that is unreadable hides no other");
    assert_eq!(rest.items[0].customer, "Ada 15");
    let path = fill(route::STUDIO_WAITING, &[&GALLERY]);
    let page: Page<Waiting> = world.get(&path, &world.a1.token).await.ok();
    assert_eq!(page.items[0].email, "ada@example.org");
    for path in [&lists, &path] {
        world.get(path, &world.b.token).await.refused(404, "not_found");
    }
}
