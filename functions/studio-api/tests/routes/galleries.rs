//! Galleries, rosters and codes as the agent writes them.

use domain::{
    Millis,
    access::{Scope, code::AccessCode},
    gallery::{Gallery, GalleryState},
    id::{CodeId, GalleryId, SubjectId},
};
use serde_json::{Value, json};
use wire::{
    Page,
    galleries::GalleryInfo,
    route::{self, fill},
};

use crate::world::*;

fn path() -> String {
    fill(route::STUDIO_GALLERY, &[&GALLERY])
}

async fn put(world: &World, body: &Value) -> Answered {
    world.call("PUT", &path(), &world.a1.token, body).await
}

async fn stored(world: &World) -> Gallery {
    world.ports.galleries.gallery(GALLERY).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_gallery_is_made_changed_and_repeated() {
    let world = World::new().await;
    let draft =
        json!({"name": " Anna\u{202E} & Ben ", "state": "draft", "welcome": "Hello\nall", "revision": 0});
    let made: GalleryInfo = put(&world, &draft).await.ok();
    assert_eq!((made.name.as_str(), made.state, made.photos), ("Anna & Ben", GalleryState::Draft, 0));
    assert_eq!(made.welcome.as_deref(), Some("Hello\nall"));
    // The same again: the first answer was lost.
    let again: GalleryInfo = put(&world, &draft).await.ok();
    assert_eq!(again.revision, made.revision);
    let open = json!({"name": "Anna & Ben", "state": "open", "revision": made.revision});
    let opened: GalleryInfo = put(&world, &open).await.ok();
    assert_eq!(opened.state, GalleryState::Open);
    assert!(opened.revision > made.revision && opened.welcome.is_none());
    let stale = json!({"name": "Other", "state": "open", "revision": made.revision});
    put(&world, &stale).await.refused(409, "changed_meanwhile");
    let read: GalleryInfo = world.get(&path(), &world.a2.token).await.ok();
    assert_eq!((read.name.as_str(), read.revision), ("Anna & Ben", opened.revision));
}

#[tokio::test]
async fn states_go_forward_and_only_closed_galleries_reopen() {
    let world = World::new().await;
    put(&world, &json!({"name": "x", "state": "closed", "revision": 0})).await.refused(409, "gallery_state");
    put(&world, &json!({"name": "x", "state": "draft", "revision": 7})).await.refused(404, "not_found");
    world.gallery().await;
    let change = async |state: &str| {
        let revision = stored(&world).await.revision;
        put(&world, &json!({"name": "x", "state": state, "revision": revision})).await
    };
    change("draft").await.refused(409, "gallery_state");
    let forgotten = || world.edge.asked().len();
    change("closed").await.ok::<GalleryInfo>();
    assert_eq!(forgotten(), 1, "edges keep nothing of a closed gallery");
    change("closed").await.ok::<GalleryInfo>();
    change("open").await.ok::<GalleryInfo>();
    assert_eq!(forgotten(), 1);
    change("erased").await.ok::<GalleryInfo>();
    assert_eq!(forgotten(), 2);
    change("open").await.refused(409, "gallery_state");
    let subjects = fill(route::STUDIO_SUBJECTS, &[&GALLERY]);
    world
        .call("PUT", &subjects, &world.a1.token, &json!({"subjects": []}))
        .await
        .refused(409, "gallery_erased");
}

#[tokio::test]
async fn what_a_gallery_names_must_be_there() {
    let world = World::new().await;
    put(&world, &json!({"name": " \u{0007} ", "state": "open", "revision": 0})).await.refused(400, "no_name");
    let list = json!({"list": "pri_aaaaaaaaaaaaaaaaaaaaaaaaaa", "version": 1});
    let selling = json!({"name": "x", "state": "open", "revision": 0, "price_list": list});
    put(&world, &selling).await.refused(400, "unknown_price_list");
    let over = json!({"name": "x", "state": "open", "revision": 0, "expires_at": NOW});
    put(&world, &over).await.refused(400, "expiry_past");
    put(&world, &json!({"name": "x", "state": "ajar", "revision": 0})).await.refused(400, "unreadable_body");
    assert!(world.ports.galleries.gallery(GALLERY).await.unwrap().is_none());
    let soon = json!({"name": "x", "state": "open", "revision": 0, "expires_at": NOW + Millis::MINUTE});
    put(&world, &soon).await.ok::<GalleryInfo>();
    world.clock.advance(Millis::MINUTE);
    let read: GalleryInfo = world.get(&path(), &world.a1.token).await.ok();
    assert_eq!(read.state, GalleryState::Closed);
}

#[tokio::test]
async fn a_studio_lists_its_own_galleries_page_by_page() {
    let world = World::new().await;
    for n in 0..60u8 {
        let path = fill(route::STUDIO_GALLERY, &[&GalleryId::from_bytes([n; 16])]);
        let body = json!({"name": format!("G{n}"), "state": "draft", "revision": 0});
        world.call("PUT", &path, &world.a1.token, &body).await.ok::<GalleryInfo>();
    }
    let first: Page<GalleryInfo> = world.get(route::STUDIO_GALLERIES, &world.a1.token).await.ok();
    let cursor = first.next.unwrap();
    let path = format!("{}?cursor={cursor}", route::STUDIO_GALLERIES);
    let second: Page<GalleryInfo> = world.get(&path, &world.a1.token).await.ok();
    assert!(second.next.is_none());
    let names: std::collections::BTreeSet<String> =
        first.items.into_iter().chain(second.items).map(|g| g.name).collect();
    assert_eq!(names.len(), 60);
    let others: Page<GalleryInfo> = world.get(route::STUDIO_GALLERIES, &world.b.token).await.ok();
    assert!(others.items.is_empty());
    let path = format!("{}?cursor=%00nonsense", route::STUDIO_GALLERIES);
    world.get(&path, &world.a1.token).await.refused(400, "invalid");
}

#[tokio::test]
async fn a_roster_is_added_to_and_bounded() {
    let world = World::new().await;
    world.gallery().await;
    let path = fill(route::STUDIO_SUBJECTS, &[&GALLERY]);
    let (mia, leo) = (SubjectId::from_bytes([1; 16]), SubjectId::from_bytes([2; 16]));
    let send =
        async |people: Value| world.call("PUT", &path, &world.a1.token, &json!({"subjects": people})).await;
    send(json!([{"subject": mia, "name": "Mia", "group": "2b"}, {"subject": leo, "name": "Leo"}]))
        .await
        .done();
    send(json!([{"subject": mia, "name": "Mia Sol\u{1b}[0m"}])).await.done();
    let stored = world.ports.galleries.subjects(GALLERY).await.unwrap();
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().any(|s| s.id == mia && s.name == "Mia Sol[0m" && s.group.is_none()));
    send(json!([{"subject": mia, "name": "\u{0}"}])).await.refused(400, "no_name");
    let many: Vec<Value> = (0..1001).map(|_| json!({"subject": mia, "name": "x"})).collect();
    send(json!(many)).await.refused(400, "too_many");
    send(json!([])).await.done();
}

#[tokio::test]
async fn a_code_is_kept_as_a_hash_and_opens_what_it_says() {
    let world = World::new().await;
    world.gallery().await;
    let mia = SubjectId::from_bytes([1; 16]);
    let roster = json!({"subjects": [{"subject": mia, "name": "Mia"}]});
    world.call("PUT", &fill(route::STUDIO_SUBJECTS, &[&GALLERY]), &world.a1.token, &roster).await.done();
    let id = CodeId::from_bytes([1; 16]);
    let path = fill(route::STUDIO_CODE, &[&GALLERY, &id]);
    let body = json!({"code": "oo11-vabc-defg", "subjects": [mia], "expires_at": NOW + 5});
    for _ in 0..2 {
        world.call("PUT", &path, &world.a1.token, &body).await.done();
    }
    let hash = AccessCode::parse("0011VABCDEFG").unwrap().keyed_hash(&world.ports.secrets.code_hash);
    let grant = world.ports.galleries.code(&hash).await.unwrap().unwrap();
    assert_eq!((grant.id, grant.gallery, grant.revoked), (id, GALLERY, false));
    assert_eq!(grant.scope, Scope::Subjects([mia].into()));
    assert_eq!(grant.expires_at, Some(Millis(NOW + 5)));

    let other = fill(route::STUDIO_CODE, &[&GALLERY, &CodeId::from_bytes([2; 16])]);
    let same = json!({"code": "0011-VABC-DEFG", "subjects": []});
    world.call("PUT", &other, &world.a1.token, &same).await.refused(409, "code_taken");
    for _ in 0..2 {
        world.raw("DELETE", &path, Some(&world.a1.token), Vec::new()).await.done();
    }
    assert!(world.ports.galleries.code(&hash).await.unwrap().unwrap().revoked);
}

#[tokio::test]
async fn codes_that_cannot_be_are_refused_without_repeating_them() {
    let world = World::new().await;
    world.gallery().await;
    let path = fill(route::STUDIO_CODE, &[&GALLERY, &CodeId::from_bytes([1; 16])]);
    let short = json!({"code": "SECRET", "subjects": []});
    let problem = world.call("PUT", &path, &world.a1.token, &short).await.refused(400, "bad_code");
    assert!(!problem.message.contains("SECRET"));
    let stranger = json!({"code": "0011-VABC-DEFG", "subjects": [SubjectId::from_bytes([9; 16])]});
    world.call("PUT", &path, &world.a1.token, &stranger).await.refused(400, "unknown_subject");
    let many: Vec<SubjectId> = (0..61).map(|n| SubjectId::from_bytes([n; 16])).collect();
    let crowd = json!({"code": "0011-VABC-DEFG", "subjects": many});
    world.call("PUT", &path, &world.a1.token, &crowd).await.refused(400, "too_many");
}
