//! Grants for print files: of approved orders, to machines that owe something, under the content's name.

use domain::{hash::Sha256, object_key::RelayPart};
use serde_json::{Value, json};
use wire::{
    publish::Grants,
    route::{self, fill},
};

use crate::world::*;

async fn ask(world: &World, attempt: u32, files: Value) -> Answered {
    let body = json!({"lab": LAB, "attempt": attempt, "files": files});
    world.call("POST", &fill(route::STUDIO_RELAY_GRANTS, &[&ORDER]), &world.a1.token, &body).await
}

fn file(kind: &str, length: u64) -> Value {
    json!({"kind": kind, "sha256": Sha256::of(b"print"), "length": length})
}

#[tokio::test]
async fn nothing_is_sent_before_the_approval() {
    let world = World::new().await;
    world.placed_order().await;
    ask(&world, 1, json!([file("print", 5)])).await.refused(409, "not_approved");
    let cancel = fill(route::STUDIO_CANCEL, &[&ORDER]);
    world.call("POST", &cancel, &world.a1.token, &json!({})).await.ok::<Value>();
    ask(&world, 1, json!([file("print", 5)])).await.refused(409, "cancelled");
}

#[tokio::test]
async fn files_are_named_by_content_and_the_manifest_comes_alone() {
    let world = World::new().await;
    world.approved_order().await;
    let part = RelayPart { order: ORDER, lab: LAB, attempt: 1, machine: world.a1.id };
    let content_type = |grants: &Grants| {
        grants.grants[0]
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case("content-type"))
            .unwrap()
            .1
            .clone()
    };
    let print: Grants = ask(&world, 1, json!([file("print", 5)])).await.ok();
    assert_eq!(print.grants[0].key, part.file(&Sha256::of(b"print")));
    assert_eq!(content_type(&print), "image/jpeg");
    let manifest: Grants = ask(&world, 1, json!([file("manifest", 5)])).await.ok();
    assert_eq!(manifest.grants[0].key, part.manifest());
    assert_eq!(content_type(&manifest), "application/json");
    ask(&world, 1, json!([file("print", 5), file("manifest", 5)])).await.refused(400, "manifest_not_alone");
}

#[tokio::test]
async fn relay_grants_have_limits() {
    let world = World::new().await;
    world.approved_order().await;
    for bad in [file("print", 0), file("print", 64 * 1024 * 1024 + 1), file("manifest", 8 * 1024 * 1024 + 1)]
    {
        ask(&world, 1, json!([bad])).await.refused(400, "bad_length");
    }
    ask(&world, 1, json!(vec![file("print", 5); 51])).await.refused(400, "too_many");
    ask(&world, 2, json!([])).await.refused(409, "other_attempt");
    let other = json!({"lab": OTHER_LAB, "attempt": 1, "files": []});
    let path = fill(route::STUDIO_RELAY_GRANTS, &[&ORDER]);
    world.call("POST", &path, &world.a1.token, &other).await.refused(409, "no_part");
}
