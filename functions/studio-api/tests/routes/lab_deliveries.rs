//! Deliveries as their lab finds, fetches, acknowledges and refuses them.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::{
    geometry::Crop,
    hash::{Sha256, VersionHash},
    id::{LabId, MachineId, PhotoId},
    object_key::{RelayPart, delivery_prefix},
    order::Order,
    studio::machine_certificate_text,
};
use ports::order_book::{OutboxEvent, PartArrived};
use serde_json::json;
use wire::{
    Page,
    lab::{DeliveryFiles, DeliveryInfo},
    manifest::{MachineCertificate, Manifest, ManifestEnvelope, ManifestFile, ManifestLine},
    route::{self, fill},
    signed::{Signed, public_key, sign_text},
};

use crate::world::*;

fn envelope(agent: &Agent, order: &Order, file: &[u8]) -> ManifestEnvelope {
    let line = &order.lines[0];
    let file = ManifestFile {
        node: 0,
        sha256: Sha256::of(file),
        length: file.len() as u64,
        width: 2400,
        height: 3000,
        ppi: 300,
        effective_ppi: 400,
        photo: PhotoId::from_bytes([1; 16]),
        version: VersionHash([1; 32]),
        crop: Crop::FULL,
        file_name: "IMG_1.jpg".into(),
        print_name: String::new(),
        recipe: None,
    };
    let manifest = Manifest {
        version: 1,
        order: order.id,
        number: order.id.number(),
        studio: order.studio,
        studio_name: "Studio A".into(),
        lab: LAB,
        attempt: 1,
        machine: agent.id,
        parts: order.homes_of_attempt(LAB, 1).into_iter().collect(),
        made_at: NOW,
        placed_at: NOW,
        customer: order.customer.clone(),
        destination: order.destination.clone(),
        note: None,
        remake: None,
        lines: vec![ManifestLine {
            line: 1,
            product: line.product.clone(),
            product_name: line.product_name.clone(),
            width_in: line.width_in,
            height_in: line.height_in,
            surface: line.surface,
            quantity: line.quantity,
            back_print: "x".into(),
            nodes: 1,
            files: vec![file.clone(), ManifestFile { node: 1, ..file }],
        }],
    };
    let device_key = public_key(&agent.device);
    let text = machine_certificate_text(agent.studio, agent.id, &device_key);
    ManifestEnvelope {
        manifest: Signed::sign(&manifest, &agent.device).unwrap(),
        certificate: MachineCertificate {
            studio: agent.studio,
            machine: agent.id,
            device_key,
            studio_key: agent.studio_key(),
            signature: sign_text(&text, &agent.studio_key),
        },
    }
}

/// Both machines' parts are stored and have arrived.
pub async fn deliver(world: &World, attempt: u32) {
    let order = world.order().await;
    for agent in [&world.a1, &world.a2] {
        let part = RelayPart { order: ORDER, lab: LAB, attempt, machine: agent.id };
        let put = async |key: String, bytes: Vec<u8>, kind: &str| {
            world.ports.blobs.put_new(&key, Bytes::from(bytes), kind).await.unwrap();
        };
        put(part.file(&Sha256::of(b"print")), b"print".to_vec(), "image/jpeg").await;
        let envelope = serde_json::to_vec(&envelope(agent, &order, b"print")).unwrap();
        put(part.manifest(), envelope, "application/json").await;
        let now = world.ports.clock.now();
        world.ports.orders.part_arrived(ORDER, LAB, attempt, agent.id, now).await.unwrap();
    }
}

fn delivery(attempt: u32) -> String {
    fill(route::LAB_DELIVERY, &[&ORDER, &attempt])
}

async fn open(world: &World, token: &str) -> Vec<(LabId, u32, bool)> {
    let page: Page<DeliveryInfo> = world.get(route::LAB_DELIVERIES, token).await.ok();
    page.items.into_iter().map(|d| (d.lab, d.attempt, d.acknowledged)).collect()
}

#[tokio::test]
async fn a_delivery_is_listed_fetched_and_acknowledged() {
    let world = World::new().await;
    world.approved_order().await;
    world.get(&delivery(1), &world.lab.token).await.refused(404, "not_found");
    deliver(&world, 1).await;
    assert_eq!(open(&world, &world.lab.token).await, [(LAB, 1, false)]);
    assert!(open(&world, &world.other_lab.token).await.is_empty());

    let files: DeliveryFiles = world.get(&delivery(1), &world.lab.token).await.ok();
    assert_eq!(files.delivery.studio, STUDIO_A);
    assert!(files.expires_at > NOW);
    let machines: Vec<MachineId> = files.parts.iter().map(|p| p.machine).collect();
    assert_eq!(machines, [world.a1.id, world.a2.id]);
    for part in &files.parts {
        assert!(part.manifest.certificate.is_valid());
        let manifest: Manifest = part.manifest.manifest.open(&part.manifest.certificate.device_key).unwrap();
        assert_eq!(manifest.machine, part.machine);
        let names: BTreeMap<_, _> = part.urls.clone();
        assert_eq!(names.keys().collect::<Vec<_>>(), [&Sha256::of(b"print").hex()]);
        assert!(names.values().all(|url| url.contains(&part.machine.to_string())));
    }
    let ack = fill(route::LAB_DELIVERY_ACK, &[&ORDER, &1]);
    for _ in 0..2 {
        world.call("POST", &ack, &world.lab.token, &json!({})).await.done();
    }
    assert_eq!(open(&world, &world.lab.token).await, [(LAB, 1, true)]);
    let ack = fill(route::LAB_DELIVERY_ACK, &[&ORDER, &2]);
    world.call("POST", &ack, &world.lab.token, &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn files_that_have_gone_are_said_to_be_gone() {
    let world = World::new().await;
    world.approved_order().await;
    deliver(&world, 1).await;
    let keys = world.ports.blobs.list(&delivery_prefix(ORDER, LAB, 1), None, 100).await.unwrap();
    let keys: Vec<String> = keys.items.into_iter().map(|o| o.key).collect();
    assert_eq!(keys.len(), 4);
    world.ports.blobs.delete(&keys).await.unwrap();
    world.get(&delivery(1), &world.lab.token).await.refused(410, "files_gone");
    world.ports.orders.finish_delivery(ORDER, LAB, 1, domain::Millis(NOW)).await.unwrap();
    world.get(&delivery(1), &world.lab.token).await.refused(410, "delivery_finished");
}

#[tokio::test]
async fn a_damaged_delivery_is_asked_for_again() {
    let world = World::new().await;
    world.approved_order().await;
    deliver(&world, 1).await;
    for row in world.ports.orders.outbox(100).await.unwrap() {
        world.ports.orders.dispatched(&row.id).await.unwrap();
    }
    let again = fill(route::LAB_DELIVERY_AGAIN, &[&ORDER, &1]);
    world.call("POST", &again, &world.lab.token, &json!({"why": " \n"})).await.refused(400, "no_reason");
    for _ in 0..2 {
        world.call("POST", &again, &world.lab.token, &json!({"why": "hash differs"})).await.done();
    }
    assert_eq!(world.ports.orders.attempts(ORDER).await.unwrap(), [(LAB, 2)].into());
    let rung: Vec<OutboxEvent> =
        world.ports.orders.outbox(100).await.unwrap().into_iter().map(|r| r.event).collect();
    let job = |machine| OutboxEvent::Job { order: ORDER, machine };
    assert_eq!(rung, [job(world.a1.id), job(world.a2.id)]);
    world.get(&delivery(1), &world.lab.token).await.refused(410, "delivery_replaced");
    let path = fill(route::STUDIO_RELAY_GRANTS, &[&ORDER]);
    let ask = |attempt: u32| json!({"lab": LAB, "attempt": attempt, "files": []});
    world.call("POST", &path, &world.a1.token, &ask(1)).await.refused(409, "other_attempt");
    world.call("POST", &path, &world.a1.token, &ask(2)).await.ok::<serde_json::Value>();
    deliver(&world, 2).await;
    world.get(&delivery(2), &world.lab.token).await.ok::<DeliveryFiles>();
    let late = world.ports.orders.part_arrived(ORDER, LAB, 2, world.a1.id, domain::Millis(NOW)).await;
    assert_eq!(late.unwrap(), PartArrived::Repeat);
}
