//! Opening sessions: the signature, the host it was made for, the clock, and who is known.

use domain::{
    Millis,
    id::{LabId, MachineId},
    studio::Studio,
};
use serde_json::Value;
use wire::{
    enrol::{OpenSession, Session},
    route,
};

use crate::world::*;

#[tokio::test]
async fn a_device_opens_an_hour_for_its_own_address() {
    let world = World::new().await;
    world.clock.advance(90_000);
    let at = NOW + 90_000;
    for host in [SITE, "https://PRINTS.example/", "https://prints.example:443"] {
        let ask = open_session(&world.a1.id.to_string(), &world.a1.device, host, at);
        let session: Session = world.anonymous("POST", route::STUDIO_SESSION, &ask).await.ok();
        assert_eq!(session.expires_at, at + Millis::HOUR);
        world.get(route::STUDIO_ACCOUNT, &session.token).await.ok::<Value>();
    }
    let machine = world.ports.directory.machine(world.a1.id).await.unwrap().unwrap();
    assert_eq!(machine.last_seen_at.0, at);
    let ask = open_session(&LAB.to_string(), &world.lab.key, SITE, at);
    let session: Session = world.anonymous("POST", route::LAB_SESSION, &ask).await.ok();
    world.get(route::LAB_PAIRINGS, &session.token).await.ok::<Value>();
}

#[tokio::test]
async fn a_session_signed_for_another_host_is_refused() {
    let world = World::new().await;
    for host in ["http://prints.example", "https://prints.example.evil", "https://prints.example:8443", ""] {
        let ask = open_session(&world.a1.id.to_string(), &world.a1.device, host, NOW);
        let problem = world.anonymous("POST", route::STUDIO_SESSION, &ask).await.refused(403, "other_host");
        assert!(problem.message.contains(SITE));
        let ask = open_session(&LAB.to_string(), &world.lab.key, host, NOW);
        world.anonymous("POST", route::LAB_SESSION, &ask).await.refused(403, "other_host");
    }
}

#[tokio::test]
async fn a_wrong_clock_is_told_by_how_much() {
    let world = World::new().await;
    let subject = world.a1.id.to_string();
    for (skew, words) in [(-420_000, "7 min 0 s behind"), (7_260_000, "2 h 1 min ahead of")] {
        let ask = open_session(&subject, &world.a1.device, SITE, NOW + skew);
        let problem = world.anonymous("POST", route::STUDIO_SESSION, &ask).await.refused(403, "clock_skew");
        assert!(problem.message.contains(words), "{}", problem.message);
        let ask = open_session(&LAB.to_string(), &world.lab.key, SITE, NOW + skew);
        world.anonymous("POST", route::LAB_SESSION, &ask).await.refused(403, "clock_skew");
    }
    for skew in [-300_000, 300_000] {
        let ask = open_session(&subject, &world.a1.device, SITE, NOW + skew);
        world.anonymous("POST", route::STUDIO_SESSION, &ask).await.ok::<Session>();
    }
}

#[tokio::test]
async fn only_the_enrolled_key_opens() {
    let world = World::new().await;
    let subject = world.a1.id.to_string();
    let ask = open_session(&subject, &world.a2.device, SITE, NOW);
    world.anonymous("POST", route::STUDIO_SESSION, &ask).await.refused(401, "bad_signature");
    let good = open_session(&subject, &world.a1.device, SITE, NOW);
    let moved = OpenSession { at: NOW + 1, ..good.clone() };
    world.anonymous("POST", route::STUDIO_SESSION, &moved).await.refused(401, "bad_signature");
    for nonce in ["", "short", "with space", &"x".repeat(200)] {
        let ask = OpenSession { nonce: nonce.to_owned(), ..good.clone() };
        world.anonymous("POST", route::STUDIO_SESSION, &ask).await.refused(400, "bad_nonce");
    }
    let stranger = MachineId::from_bytes([0x55; 16]).to_string();
    let ask = open_session(&stranger, &world.a1.device, SITE, NOW);
    world.anonymous("POST", route::STUDIO_SESSION, &ask).await.refused(401, "unknown_machine");
    let ask = OpenSession { subject: LAB.to_string(), ..good };
    world.anonymous("POST", route::STUDIO_SESSION, &ask).await.refused(400, "bad_subject");

    let ask = open_session(&LAB.to_string(), &world.other_lab.key, SITE, NOW);
    world.anonymous("POST", route::LAB_SESSION, &ask).await.refused(401, "bad_signature");
    let ask = open_session(&LabId::from_bytes([0x56; 16]).to_string(), &world.lab.key, SITE, NOW);
    world.anonymous("POST", route::LAB_SESSION, &ask).await.refused(401, "unknown_lab");
    let ask = open_session(&subject, &world.lab.key, SITE, NOW);
    world.anonymous("POST", route::LAB_SESSION, &ask).await.refused(400, "bad_subject");
}

#[tokio::test]
async fn a_suspended_studio_opens_no_session() {
    let world = World::new().await;
    let studio = world.ports.directory.studio(STUDIO_A).await.unwrap().unwrap();
    world.ports.directory.put_studio(&Studio { suspended: true, ..studio }).await.unwrap();
    let ask = open_session(&world.a1.id.to_string(), &world.a1.device, SITE, NOW);
    let problem = world.anonymous("POST", route::STUDIO_SESSION, &ask).await.refused(403, "studio_suspended");
    assert!(problem.message.contains("Studio A"));
}
