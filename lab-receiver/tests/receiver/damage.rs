//! What is damaged, exchanged, forged or repeated is not printed, and the studio hears why.

use domain::order::Stage;
use wire::{manifest::Manifest, signed::Signed};

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{ORDER, Studio, line, print},
};

#[tokio::test]
async fn a_flipped_bit_is_found_asked_for_again_and_the_next_attempt_prints() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    let name = prints[0].file.sha256.hex();
    host.book().files.get_mut(&name).unwrap()[5_000] ^= 1;
    lab.run(&["run", "--once"]).await.ok();
    assert!(lab.prints().is_empty());
    assert!(!lab.path(&format!("tickets/{}", ORDER.number())).exists());
    let agains = host.book().agains.clone();
    assert_eq!(agains.len(), 1);
    assert!(
        agains[0].0 == 1 && agains[0].1.contains("SHA-256") && agains[0].1.contains("DSC_0001.jpg"),
        "{agains:?}"
    );
    assert_eq!(host.stages(1, 1), [(Stage::Received, false)]);
    assert!(host.book().claims.is_empty());

    studio.deliver(&host, &studio.manifest(2, vec![line(1, 1, &prints)]), &[&prints[0]]);
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 1);
    assert_eq!(host.stages(1, 2).last(), Some(&(Stage::Printed, false)));
    assert_eq!(host.book().agains.len(), 1);
}

#[tokio::test]
async fn exchanged_cut_and_missing_files_are_found() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 300, 240), print(1, 2, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0], &prints[1]]);
    {
        let mut book = host.book();
        let (a, b) = (prints[0].file.sha256.hex(), prints[1].file.sha256.hex());
        book.files.insert(a, prints[1].jpeg.clone());
        book.files.insert(b, prints[0].jpeg.clone());
    }
    lab.run(&["run", "--once"]).await.ok();
    studio.deliver(&host, &studio.manifest(2, vec![line(1, 1, &prints)]), &[&prints[0], &prints[1]]);
    host.book().files.get_mut(&prints[0].file.sha256.hex()).unwrap().pop();
    lab.run(&["run", "--once"]).await.ok();
    studio.deliver(&host, &studio.manifest(3, vec![line(1, 1, &prints)]), &[&prints[0], &prints[1]]);
    host.book().files.remove(&prints[0].file.sha256.hex());
    lab.run(&["run", "--once"]).await.ok();
    assert!(lab.prints().is_empty());
    assert_eq!(host.book().agains.iter().map(|a| a.0).collect::<Vec<_>>(), [1, 2]);
    // After three a person has to look: the studio sees it on hold.
    assert_eq!(host.stages(1, 3).last(), Some(&(Stage::Received, true)));
    assert_eq!(lab.run(&["status"]).await.code, Some(3));
}

#[tokio::test]
async fn another_studios_key_is_refused_and_not_asked_for_again() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 300, 240)];
    // The host claims that it is from the paired studio, but it is signed with another key.
    let forger = Studio { id: studio.id, key: Studio::new(6).key };
    forger.deliver(&host, &forger.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    lab.run(&["run", "--once"]).await.ok();
    assert!(lab.prints().is_empty() && host.book().agains.is_empty());
    assert_eq!(host.stages(1, 1), [(Stage::Received, true)]);
    let status = lab.run(&["--json", "status"]).await.json();
    assert!(status["orders"][0]["why"].as_str().unwrap().contains("another key"), "{status}");
}

#[tokio::test]
async fn a_certificate_that_is_not_the_studios_and_a_changed_text_are_refused() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    host.book().deliveries[0].parts[0].manifest.certificate.signature.0[3] ^= 1;
    lab.run(&["run", "--once"]).await.ok();
    assert!(host.book().agains.is_empty());
    studio.deliver(&host, &studio.manifest(2, vec![line(1, 1, &prints)]), &[&prints[0]]);
    {
        let signed = &mut host.book().deliveries[1].parts[0].manifest.manifest;
        *signed = Signed { text: signed.text.replace("\"quantity\":1", "\"quantity\":9"), ..signed.clone() };
    }
    lab.run(&["run", "--once"]).await.ok();
    assert!(host.book().agains[0].1.contains("signature"), "{:?}", host.book().agains);
    assert!(lab.prints().is_empty());
}

#[tokio::test]
async fn parts_that_are_missing_or_disagree_are_not_printed() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let (first, second) = ([print(0, 1, 300, 240)], [print(1, 2, 300, 240)]);
    let other = domain::id::MachineId::from_bytes([6; 16]);
    let both = |mut m: Manifest| {
        m.parts.push(other);
        m.lines[0].nodes = 2;
        m
    };
    let a = |attempt| both(studio.manifest(attempt, vec![line(1, 1, &first)]));
    let b =
        |attempt| Manifest { machine: other, ..both(studio.manifest(attempt, vec![line(1, 1, &second)])) };
    studio.deliver(&host, &a(1), &[&first[0], &second[0]]);
    lab.run(&["run", "--once"]).await.ok();
    assert!(host.book().agains[0].1.contains("1 of 2 parts"), "{:?}", host.book().agains);
    studio.deliver(&host, &a(2), &[]);
    let mut dearer = b(2);
    dearer.lines[0].quantity = 5;
    host.book().deliveries[1].parts.push(studio.part(&dearer));
    lab.run(&["run", "--once"]).await.ok();
    // What was asked for again may be asked once more: the host takes it once an attempt.
    let asked = host.book().agains.clone();
    assert!(
        asked.iter().any(|(attempt, why)| *attempt == 2 && why.contains("agree about line 1")),
        "{asked:?}"
    );
    assert!(lab.prints().is_empty());
}

#[tokio::test]
async fn two_machines_parts_make_one_line() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let (first, second) = ([print(0, 1, 300, 240)], [print(1, 2, 300, 240)]);
    let other = domain::id::MachineId::from_bytes([6; 16]);
    let mut a = studio.manifest(1, vec![line(1, 1, &first)]);
    a.parts.push(other);
    a.lines[0].nodes = 2;
    let mut b = Manifest { machine: other, ..a.clone() };
    b.lines[0].files = vec![second[0].file.clone()];
    studio.deliver(&host, &a, &[&first[0], &second[0]]);
    host.book().deliveries[0].parts.push(studio.part(&b));
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 2);
}

#[tokio::test]
async fn a_printed_order_that_is_delivered_again_waits_for_a_person() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    lab.run(&["run", "--once"]).await.ok();
    // The same delivery as if it were new, and then a new attempt that nobody here asked for.
    host.book().deliveries[0].delivery.acknowledged = false;
    lab.run(&["run", "--once"]).await.ok();
    assert!(host.book().deliveries[0].delivery.acknowledged);
    assert_eq!(lab.prints().len(), 1);
    studio.deliver(&host, &studio.manifest(2, vec![line(1, 1, &prints)]), &[&prints[0]]);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert_eq!(lab.prints().len(), 1, "printed once");
    let number = ORDER.number();
    assert_eq!(lab.run(&["release", &number, "1"]).await.code, Some(1), "it needs an answer");
    lab.run(&["release", &number, "1", "--print-again"]).await.ok();
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 2);
    assert_eq!(host.stages(1, 2).last(), Some(&(Stage::Printed, false)));
}

/// Two orders of one studio, of which the host exchanges the deliveries or the files.
async fn two_orders(exchange: impl Fn(&mut crate::fake_host::Book, [&crate::studio::Print; 2])) {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [[print(0, 1, 300, 240)], [print(0, 2, 300, 240)]];
    let send = |attempt: u32| {
        for (n, files) in prints.iter().enumerate() {
            let mut manifest = studio.manifest(attempt, vec![line(1, 1, files)]);
            manifest.order = domain::id::OrderId::from_bytes([60 + n as u8; 16]);
            manifest.number = manifest.order.number();
            studio.deliver(&host, &manifest, &[&files[0]]);
        }
    };
    send(1);
    exchange(&mut host.book(), [&prints[0][0], &prints[1][0]]);
    lab.run(&["run", "--once"]).await.ok();
    assert!(lab.prints().is_empty() && host.book().claims.is_empty());
    assert_eq!(host.book().agains.len(), 2, "each is asked for again: {:?}", host.book().agains);
    let status = lab.run(&["--json", "status"]).await.json();
    for order in status["orders"].as_array().unwrap() {
        assert!(
            order["state"] == "damaged" && order["why"].as_str().is_some_and(|w| !w.is_empty()),
            "{order}"
        );
    }
    // Sent again as it should be, both are printed.
    for print in prints.iter().flatten() {
        host.book().files.insert(print.file.sha256.hex(), print.jpeg.clone());
    }
    send(2);
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 2);
}

#[tokio::test]
async fn exchanged_orders_are_not_printed_and_asked_for_again() {
    two_orders(|book, _| {
        let [a, b] = &mut book.deliveries[..] else { panic!("two deliveries") };
        std::mem::swap(&mut a.parts, &mut b.parts);
    })
    .await;
}

#[tokio::test]
async fn files_exchanged_between_orders_are_not_printed_and_asked_for_again() {
    two_orders(|book, [a, b]| {
        book.files.insert(a.file.sha256.hex(), b.jpeg.clone());
        book.files.insert(b.file.sha256.hex(), a.jpeg.clone());
    })
    .await;
}
