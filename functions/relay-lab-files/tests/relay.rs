//! Manifests against the embedded ports: whose part counts, what is refused, and when a delivery is made.
#![expect(clippy::unwrap_used, reason = "what a test prepares must work")]

mod studio;

use bytes::Bytes;
use darkslide_relay_lab_files::{HandleError, handle};
use domain::{hash::Sha256, id::*, object_key::RelayPart, order::Stage, studio::Studio};
use ports::order_book::OutboxEvent;
use studio::*;
use wire::{event::ObjectStored, manifest::Manifest};

async fn arrive(host: &Host, machine: usize) {
    let key = part(machine).manifest();
    handle(ObjectStored { key }, &host.ports).await.unwrap();
}

/// What the machine's job says it waits for.
async fn waiting(host: &Host, machine: usize) -> Option<String> {
    let jobs = host.ports.orders.jobs(ORDER).await.unwrap();
    jobs.into_iter().find(|j| j.machine == MACHINES[machine]).unwrap().waiting
}

async fn delivered(host: &Host) -> bool {
    host.ports.orders.delivery(ORDER, LAB, 1).await.unwrap().is_some()
}

/// Stores a manifest after a change, and sees it refused with these words and removed.
async fn refused(host: &Host, change: impl Fn(&mut Manifest), words: &str) {
    host.upload_prints(0).await;
    let mut manifest = manifest(0);
    change(&mut manifest);
    host.upload_manifest(0, &host.envelope(0, &manifest)).await;
    arrive(host, 0).await;
    let why = waiting(host, 0).await.unwrap_or_default();
    assert!(why.contains(words), "{words}: {why}");
    assert!(why.contains("Fine Prints"), "{why}");
    assert!(host.ports.blobs.head(&part(0).manifest()).await.unwrap().is_none());
    assert!(!delivered(host).await);
}

#[tokio::test]
async fn the_last_part_makes_the_delivery() {
    let host = Host::new().await;
    host.upload(0).await;
    arrive(&host, 0).await;
    assert!(!delivered(&host).await);
    host.upload(1).await;
    arrive(&host, 1).await;
    let delivery = host.ports.orders.delivery(ORDER, LAB, 1).await.unwrap().unwrap();
    assert_eq!(delivery.parts, MACHINES.into());
    let order = host.ports.orders.order(ORDER).await.unwrap().unwrap();
    assert!(order.lines.iter().all(|l| l.status.stage == Stage::Sent));
    let rung = OutboxEvent::Delivery { order: ORDER, lab: LAB, attempt: 1 };
    let rows = host.ports.orders.outbox(100).await.unwrap();
    assert_eq!(rows.iter().filter(|r| r.event == rung).count(), 1);
    // Events come at least once: nothing is made twice.
    arrive(&host, 1).await;
    arrive(&host, 0).await;
    let again = host.ports.orders.outbox(100).await.unwrap();
    assert_eq!(again.len(), rows.len());
    assert_eq!(waiting(&host, 0).await, None);
}

#[tokio::test]
async fn a_part_with_a_missing_file_waits_and_a_right_one_takes_its_place() {
    let host = Host::new().await;
    host.upload_manifest(0, &host.envelope(0, &manifest(0))).await;
    for row in host.ports.orders.outbox(100).await.unwrap() {
        host.ports.orders.dispatched(&row.id).await.unwrap();
    }
    arrive(&host, 0).await;
    assert!(waiting(&host, 0).await.unwrap().contains("IMG_1.jpg was not uploaded"));
    let rung = host.ports.orders.outbox(10).await.unwrap();
    assert_eq!(rung[0].event, OutboxEvent::Job { order: ORDER, machine: MACHINES[0] });
    // The event again, when the manifest has gone, or the same fault again: nobody is rung in circles.
    arrive(&host, 0).await;
    host.upload_manifest(0, &host.envelope(0, &manifest(0))).await;
    arrive(&host, 0).await;
    assert_eq!(host.ports.orders.outbox(10).await.unwrap().len(), 1);
    host.upload(0).await;
    arrive(&host, 0).await;
    assert_eq!(waiting(&host, 0).await, None);
    host.upload(1).await;
    arrive(&host, 1).await;
    assert!(delivered(&host).await);
}

#[tokio::test]
async fn what_the_agent_waits_for_itself_is_left_standing() {
    let host = Host::new().await;
    host.ports.orders.set_waiting(ORDER, MACHINES[1], Some("connect 'Photos SSD'")).await.unwrap();
    host.upload(0).await;
    arrive(&host, 0).await;
    assert_eq!(waiting(&host, 1).await.as_deref(), Some("connect 'Photos SSD'"));
}

#[tokio::test]
async fn a_manifest_must_promise_exactly_what_was_ordered() {
    let host = Host::new().await;
    refused(&host, |m| m.version = 2, "version 2").await;
    refused(&host, |m| m.attempt = 2, "than its address").await;
    refused(&host, |m| m.lab = LabId::from_bytes([0x77; 16]), "than its address").await;
    refused(&host, |m| m.order = OrderId::from_bytes([0x77; 16]), "than its address").await;
    refused(&host, |m| m.machine = MACHINES[1], "than its address").await;
    refused(&host, |m| m.studio = StudioId::from_bytes([0x77; 16]), "than its address").await;
    refused(&host, |m| m.parts.truncate(1), "other machines").await;
    refused(&host, |m| m.lines.clear(), "leaves out line 1").await;
    refused(&host, |m| m.lines.push(m.lines[0].clone()), "once too often").await;
    refused(&host, |m| m.lines[0].line = 2, "line 2").await;
    refused(&host, |m| m.lines[0].quantity = 99, "quantity").await;
    refused(&host, |m| m.lines[0].product = "20x30".into(), "product").await;
    refused(&host, |m| m.lines[0].width_in = 20.0, "another size").await;
    refused(&host, |m| m.lines[0].nodes = 2, "number of pictures").await;
    refused(&host, |m| m.lines[0].files[0].photo = PhotoId::from_bytes([0x77; 16]), "other pictures").await;
    refused(&host, |m| m.lines[0].files.clear(), "other pictures").await;
    refused(&host, |m| m.lines[0].files.extend_from_within(..), "other pictures").await;
    refused(&host, |m| m.lines[0].files[0].length += 1, "differs").await;
    refused(&host, |m| m.lines[0].files[0].sha256 = Sha256::of(b"x"), "not uploaded").await;
    // After all these the right one counts.
    host.upload_manifest(0, &host.envelope(0, &manifest(0))).await;
    arrive(&host, 0).await;
    assert_eq!(waiting(&host, 0).await, None);
}

#[tokio::test]
async fn only_the_enrolled_key_under_the_studios_key_signs() {
    let host = Host::new().await;
    host.upload_prints(0).await;
    let refused = async |envelope, words: &str| {
        host.upload_manifest(0, &envelope).await;
        arrive(&host, 0).await;
        let why = waiting(&host, 0).await.unwrap_or_default();
        assert!(why.contains(words), "{words}: {why}");
        assert!(host.ports.blobs.head(&part(0).manifest()).await.unwrap().is_none());
    };
    let good = || host.envelope(0, &manifest(0));
    let mut changed = good();
    changed.manifest.text = changed.manifest.text.replace("\"quantity\":2", "\"quantity\":9");
    refused(changed, "signature does not fit").await;
    let mut other = good();
    other.manifest = host.envelope(1, &manifest(0)).manifest;
    refused(other, "signed with the key").await;
    refused(host.envelope(1, &manifest(0)), "another studio or machine").await;
    let mut forged = good();
    forged.certificate.signature = domain::studio::Signature([1; 64]);
    refused(forged, "certificate's signature").await;
    refused(host.envelope_under(0, &manifest(0), &key(0x66), &key(0x01)), "another key than the studio's")
        .await;
    refused(host.envelope_under(0, &manifest(0), &key(STUDIO_SEED), &key(0x66)), "enrolled with").await;
    host.store(&part(0).manifest(), b"not json").await;
    arrive(&host, 0).await;
    assert!(waiting(&host, 0).await.unwrap().contains("cannot be read"));
}

#[tokio::test]
async fn orders_that_are_not_approved_and_studios_that_are_suspended_send_nothing() {
    let host = Host::new().await;
    let studio = host.ports.directory.studio(STUDIO).await.unwrap().unwrap();
    host.ports.directory.put_studio(&Studio { suspended: true, ..studio.clone() }).await.unwrap();
    host.upload(0).await;
    arrive(&host, 0).await;
    assert!(waiting(&host, 0).await.unwrap().contains("suspended"));
    host.ports.directory.put_studio(&studio).await.unwrap();

    let host = Host::placed().await;
    host.upload(0).await;
    arrive(&host, 0).await;
    assert!(waiting(&host, 0).await.unwrap().contains("not approved"));
}

#[tokio::test]
async fn late_parts_of_a_replaced_attempt_are_ignored() {
    let host = Host::new().await;
    for machine in [0, 1] {
        host.upload(machine).await;
        arrive(&host, machine).await;
    }
    host.ports.orders.ask_again(ORDER, LAB, 1, "damaged", host.now()).await.unwrap();
    arrive(&host, 0).await;
    assert_eq!(waiting(&host, 0).await, None);
    assert!(host.ports.blobs.head(&part(0).manifest()).await.unwrap().is_some());
}

#[tokio::test]
async fn keys_that_are_not_manifests_are_not_tried_again() {
    let host = Host::new().await;
    let run = async |key: String| handle(ObjectStored { key }, &host.ports).await.unwrap_err();
    for other in [String::new(), part(0).file(&Sha256::of(b"x")), "relay/../manifest.json".into()] {
        let error = run(other).await;
        assert!(matches!(&error, HandleError::NotAManifest(_)) && !error.is_retryable(), "{error}");
    }
    let unknown = RelayPart { order: OrderId::from_bytes([0x77; 16]), ..part(0) }.manifest();
    host.ports.blobs.put_new(&unknown, Bytes::from_static(b"{}"), "application/json").await.unwrap();
    let error = run(unknown).await;
    assert!(matches!(&error, HandleError::NoOrder(_)) && !error.is_retryable(), "{error}");
}
