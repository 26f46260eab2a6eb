//! Enrolling machines and labs: tokens that are wrong, used, expired or repeated, and keys that do not fit.

use domain::{
    Millis,
    id::{LabId, MachineId},
    studio::{Enrolment, Lab, Signature, Studio},
};
use ed25519_dalek::SigningKey;
use ports::queues::QueueName;
use serde_json::{Value, json};
use wire::{
    enrol::{Account, EnrolLab, EnrolMachine, Invited, LabEnrolled, MachineEnrolled, TokenInfo},
    route,
    signed::public_key,
};

use crate::world::*;

async fn fresh(world: &World, token: &str) -> EnrolMachine {
    put_token(&world.ports, token, Enrolment::Machine(STUDIO_A), NOW + Millis::HOUR).await;
    let device = SigningKey::from_bytes(&[0x77; 32]);
    enrol_machine(token, STUDIO_A, MachineId::from_bytes([0x77; 16]), &device, &world.a1.studio_key)
}

#[tokio::test]
async fn a_machine_enrols_once_and_may_repeat_itself() {
    let world = World::new().await;
    let ask = fresh(&world, "t").await;
    for _ in 0..2 {
        let answer: MachineEnrolled = world.anonymous("POST", route::STUDIO_ENROL, &ask).await.ok();
        assert_eq!((answer.studio, answer.machine), (STUDIO_A, ask.machine));
        assert_eq!(answer.studio_name, "Studio A");
    }
    // Also after the token's end: the first answer may have been lost for long.
    world.clock.advance(Millis::DAY);
    world.anonymous("POST", route::STUDIO_ENROL, &ask).await.ok::<Value>();
    let machine = world.ports.directory.machine(ask.machine).await.unwrap().unwrap();
    assert_eq!((machine.device_key, machine.enrolled_at), (ask.device_key, Millis(NOW)));
    assert_eq!(world.ports.directory.machines(STUDIO_A).await.unwrap().len(), 3);
    // Its queue is there to be rung.
    world.ports.queues.send(QueueName::Machine(ask.machine), "x").await.unwrap();
}

#[tokio::test]
async fn wrong_used_and_expired_tokens_are_told_apart() {
    let world = World::new().await;
    let ask = fresh(&world, "t").await;
    let wrong = EnrolMachine { token: "other".into(), ..ask.clone() };
    world.anonymous("POST", route::STUDIO_ENROL, &wrong).await.refused(401, "wrong_token");
    let endless = EnrolMachine { token: "x".repeat(100_000), ..ask.clone() };
    world.anonymous("POST", route::STUDIO_ENROL, &endless).await.refused(401, "wrong_token");

    world.anonymous("POST", route::STUDIO_ENROL, &ask).await.ok::<Value>();
    let id = MachineId::from_bytes([0x78; 16]);
    let device = SigningKey::from_bytes(&[0x78; 32]);
    let second = enrol_machine("t", STUDIO_A, id, &device, &world.a1.studio_key);
    let problem = world.anonymous("POST", route::STUDIO_ENROL, &second).await.refused(409, "used_token");
    assert!(problem.hint.unwrap().contains("new one"));
    assert!(world.ports.directory.machine(id).await.unwrap().is_none());

    put_token(&world.ports, "late", Enrolment::Machine(STUDIO_A), NOW).await;
    let late = EnrolMachine { token: "late".into(), ..second };
    world.anonymous("POST", route::STUDIO_ENROL, &late).await.refused(410, "expired_token");
    put_token(&world.ports, "lab", Enrolment::Lab(LAB), NOW + 1).await;
    let lab = EnrolMachine { token: "lab".into(), ..late };
    world.anonymous("POST", route::STUDIO_ENROL, &lab).await.refused(400, "token_for_lab");
}

#[tokio::test]
async fn keys_that_do_not_fit_are_refused_and_the_token_is_not_spent() {
    let world = World::new().await;
    let ask = fresh(&world, "t").await;
    let unsigned = EnrolMachine { certificate: Signature([0; 64]), ..ask.clone() };
    world.anonymous("POST", route::STUDIO_ENROL, &unsigned).await.refused(400, "bad_certificate");
    let thief = SigningKey::from_bytes(&[0x66; 32]);
    let foreign = enrol_machine("t", STUDIO_A, ask.machine, &SigningKey::from_bytes(&[0x77; 32]), &thief);
    world.anonymous("POST", route::STUDIO_ENROL, &foreign).await.refused(409, "other_studio_key");
    let copied = enrol_machine("t", STUDIO_A, world.a1.id, &thief, &world.a1.studio_key);
    world.anonymous("POST", route::STUDIO_ENROL, &copied).await.refused(409, "machine_taken");
    let nameless = EnrolMachine { machine_name: "\u{202E}\n".into(), ..ask.clone() };
    world.anonymous("POST", route::STUDIO_ENROL, &nameless).await.refused(400, "no_name");
    world.anonymous("POST", route::STUDIO_ENROL, &ask).await.ok::<Value>();
}

#[tokio::test]
async fn an_invitation_carries_the_sealed_key_to_the_next_machine() {
    let world = World::new().await;
    let ask = json!({"sealed_studio_key": "c2VhbGVk"});
    let invited: Invited = world.call("POST", route::STUDIO_INVITE, &world.a1.token, &ask).await.ok();
    assert!(!invited.token.contains('.') && invited.token.len() >= 26);
    let info: TokenInfo =
        world.anonymous("POST", route::STUDIO_TOKEN, &json!({"token": invited.token})).await.ok();
    assert_eq!((info.studio, info.studio_key), (STUDIO_A, Some(world.a1.studio_key())));
    assert_eq!(info.sealed_studio_key.as_deref(), Some("c2VhbGVk"));
    let device = SigningKey::from_bytes(&[0x79; 32]);
    let machine = MachineId::from_bytes([0x79; 16]);
    let ask = enrol_machine(&invited.token, STUDIO_A, machine, &device, &world.a1.studio_key);
    world.anonymous("POST", route::STUDIO_ENROL, &ask).await.ok::<Value>();

    world.clock.advance(invited.expires_at - NOW);
    world
        .anonymous("POST", route::STUDIO_TOKEN, &json!({"token": invited.token}))
        .await
        .refused(410, "expired_token");
    for bad in ["", "no base64!", &"A".repeat(70_000)] {
        let session = open_session(&world.a1.id.to_string(), &world.a1.device, SITE, invited.expires_at);
        let session: wire::enrol::Session =
            world.anonymous("POST", route::STUDIO_SESSION, &session).await.ok();
        let ask = json!({"sealed_studio_key": bad});
        world.call("POST", route::STUDIO_INVITE, &session.token, &ask).await.refused(400, "bad_sealed_key");
    }
}

#[tokio::test]
async fn tokens_of_unknown_labs_and_suspended_studios_say_so() {
    let world = World::new().await;
    let inspect = |token: &'static str| json!({"token": token});
    world.anonymous("POST", route::STUDIO_TOKEN, &inspect("nothing")).await.refused(401, "wrong_token");
    put_token(&world.ports, "lab", Enrolment::Lab(LAB), NOW + 1).await;
    world.anonymous("POST", route::STUDIO_TOKEN, &inspect("lab")).await.refused(400, "token_for_lab");
    let ask = fresh(&world, "t").await;
    let studio = world.ports.directory.studio(STUDIO_A).await.unwrap().unwrap();
    world.ports.directory.put_studio(&Studio { suspended: true, ..studio }).await.unwrap();
    world.anonymous("POST", route::STUDIO_TOKEN, &inspect("t")).await.refused(403, "studio_suspended");
    world.anonymous("POST", route::STUDIO_ENROL, &ask).await.refused(403, "studio_suspended");
}

#[tokio::test]
async fn the_account_lists_the_machines_and_nobody_elses() {
    let world = World::new().await;
    let account: Account = world.get(route::STUDIO_ACCOUNT, &world.a1.token).await.ok();
    assert_eq!((account.studio, account.machine), (STUDIO_A, world.a1.id));
    assert_eq!(account.site, SITE);
    let ids: Vec<MachineId> = account.machines.iter().map(|m| m.machine).collect();
    assert_eq!(ids, [world.a1.id, world.a2.id]);
}

#[tokio::test]
async fn a_lab_enrols_one_key() {
    let world = World::new().await;
    let id = LabId::from_bytes([0x30; 16]);
    let at = Millis(NOW);
    let lab = Lab { id, name: "New".into(), key: None, created_at: at, last_seen_at: at };
    world.ports.directory.put_lab(&lab).await.unwrap();
    put_token(&world.ports, "t", Enrolment::Lab(id), NOW + Millis::HOUR).await;
    let ask = EnrolLab { token: "t".into(), lab_key: public_key(&SigningKey::from_bytes(&[5; 32])) };
    for _ in 0..2 {
        let answer: LabEnrolled = world.anonymous("POST", route::LAB_ENROL, &ask).await.ok();
        assert_eq!((answer.lab, answer.lab_name.as_str()), (id, "New"));
    }
    let thief = EnrolLab { lab_key: public_key(&SigningKey::from_bytes(&[6; 32])), ..ask.clone() };
    world.anonymous("POST", route::LAB_ENROL, &thief).await.refused(409, "used_token");
    put_token(&world.ports, "t2", Enrolment::Lab(id), NOW + Millis::HOUR).await;
    let other = EnrolLab { token: "t2".into(), ..thief.clone() };
    world.anonymous("POST", route::LAB_ENROL, &other).await.refused(409, "other_lab_key");
    let wrong = EnrolLab { token: "t3".into(), ..thief.clone() };
    world.anonymous("POST", route::LAB_ENROL, &wrong).await.refused(401, "wrong_token");
    put_token(&world.ports, "m", Enrolment::Machine(STUDIO_A), NOW + Millis::HOUR).await;
    let machine = EnrolLab { token: "m".into(), ..thief.clone() };
    world.anonymous("POST", route::LAB_ENROL, &machine).await.refused(400, "token_for_studio");
    let fresh = Lab { id: LabId::from_bytes([0x31; 16]), ..lab };
    world.ports.directory.put_lab(&fresh).await.unwrap();
    put_token(&world.ports, "late", Enrolment::Lab(fresh.id), NOW).await;
    let late = EnrolLab { token: "late".into(), ..thief };
    world.anonymous("POST", route::LAB_ENROL, &late).await.refused(410, "expired_token");
}
