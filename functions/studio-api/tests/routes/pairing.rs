//! Studio and lab find each other: asked, rung, answered, and answered differently later.

use domain::{
    id::LabId,
    studio::{Lab, PairingState},
};
use ports::order_book::OutboxEvent;
use serde_json::json;
use wire::{
    lab::PairingInfo,
    orders::LabInfo,
    route::{self, fill},
};

use crate::world::*;

#[tokio::test]
async fn a_pairing_is_asked_rung_and_answered() {
    let world = World::new().await;
    let labs: Vec<LabInfo> = world.get(route::STUDIO_LABS, &world.a1.token).await.ok();
    assert_eq!(labs.len(), 2);
    assert!(labs.iter().all(|l| l.pairing.is_none() && l.key.is_some()));
    let asked: LabInfo = world.ask_pairing().await.ok();
    assert_eq!((asked.lab, asked.pairing), (LAB, Some(PairingState::Asked)));
    let rows = world.ports.orders.outbox(10).await.unwrap();
    assert_eq!(rows.last().unwrap().event, OutboxEvent::Pairing { lab: LAB });

    let pairings: Vec<PairingInfo> = world.get(route::LAB_PAIRINGS, &world.lab.token).await.ok();
    assert_eq!((pairings[0].studio, pairings[0].studio_name.as_str()), (STUDIO_A, "Studio A"));
    assert_eq!((pairings[0].studio_key, pairings[0].proof.len()), (world.a1.studio_key(), 64));
    assert!(world.get(route::LAB_PAIRINGS, &world.other_lab.token).await.ok::<Vec<PairingInfo>>().is_empty());
    let path = fill(route::LAB_PAIRING, &[&STUDIO_A]);
    for (accept, state) in
        [(true, PairingState::Accepted), (false, PairingState::Refused), (true, PairingState::Accepted)]
    {
        world.call("POST", &path, &world.lab.token, &json!({"accept": accept})).await.done();
        assert_eq!(world.pairing_state().await, Some(state));
    }
    // Asking again the same way keeps the answer, and rings nobody.
    let before = world.ports.orders.outbox(10).await.unwrap().len();
    let again: LabInfo = world.ask_pairing().await.ok();
    assert_eq!(again.pairing, Some(PairingState::Accepted));
    assert_eq!(world.ports.orders.outbox(10).await.unwrap().len(), before);
    let theirs: Vec<LabInfo> = world.get(route::STUDIO_LABS, &world.b.token).await.ok();
    assert!(theirs.iter().all(|l| l.pairing.is_none()));
}

#[tokio::test]
async fn nobody_pairs_for_another_studio_or_with_a_lab_that_is_not_there() {
    let world = World::new().await;
    let ask = |studio, key, proof: String| json!({"studio": studio, "studio_key": key, "proof": proof});
    let path = fill(route::STUDIO_LAB_PAIR, &[&LAB]);
    let proof = "ab".repeat(32);
    let send = async |body| world.call("POST", &path, &world.a1.token, &body).await;
    send(ask(STUDIO_B, world.a1.studio_key(), proof.clone())).await.refused(400, "other_studio");
    send(ask(STUDIO_A, world.b.studio_key(), proof.clone())).await.refused(400, "other_studio");
    for bad in ["", "zz", &"g".repeat(64)] {
        send(ask(STUDIO_A, world.a1.studio_key(), bad.to_owned())).await.refused(400, "bad_proof");
    }
    let body = ask(STUDIO_A, world.a1.studio_key(), proof);
    let id = LabId::from_bytes([0x30; 16]);
    let path = fill(route::STUDIO_LAB_PAIR, &[&id]);
    world.call("POST", &path, &world.a1.token, &body).await.refused(404, "not_found");
    let at = domain::Millis(NOW);
    let lab = Lab { id, name: "New".into(), key: None, created_at: at, last_seen_at: at };
    world.ports.directory.put_lab(&lab).await.unwrap();
    world.call("POST", &path, &world.a1.token, &body).await.refused(409, "lab_not_enrolled");
    assert_eq!(world.pairing_state().await, None);
    let path = fill(route::LAB_PAIRING, &[&STUDIO_B]);
    world.call("POST", &path, &world.lab.token, &json!({"accept": true})).await.refused(404, "not_found");
}
