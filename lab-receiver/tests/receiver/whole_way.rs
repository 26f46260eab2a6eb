//! From pairing to shipping, and what the lab's operator sees on the way.

use domain::order::Stage;
use wire::{pairing_code::PairingCode, queue::QueueMessage};

use crate::{
    fake_host::{FakeHost, LAB},
    lab::Lab,
    studio::{ORDER, Studio, line, print},
};

#[tokio::test]
async fn an_order_is_received_verified_printed_remade_and_shipped() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let (a, b, c) = (print(0, 1, 600, 480), print(0, 2, 480, 600), print(1, 3, 600, 480));
    let files = [a.jpeg.clone(), b.jpeg.clone(), c.jpeg.clone()];
    let one = [a];
    let two = [b, c];
    let manifest = studio.manifest(1, vec![line(1, 2, &one), line(2, 1, &two)]);
    studio.deliver(&host, &manifest, &[&one[0], &two[0], &two[1]]);
    host.book().messages.push(QueueMessage {
        receipt: "r1".into(),
        body: serde_json::to_string(&wire::queue::Doorbell::Delivery { order: ORDER, lab: LAB, attempt: 1 })
            .unwrap(),
        receives: 1,
    });
    lab.run(&["run", "--once"]).await.ok();

    let number = ORDER.number();
    let names = [
        format!("8x10_lustre/{number}_L01_1_x2.jpg"),
        format!("8x10_lustre/{number}_L02_1_x1.jpg"),
        format!("8x10_lustre/{number}_L02_2_x1.jpg"),
    ];
    assert_eq!(lab.prints(), names);
    for (name, bytes) in names.iter().zip(&files) {
        assert!(std::fs::read(lab.path("hot").join(name)).unwrap() == *bytes, "{name}");
    }
    let ticket: serde_json::Value =
        serde_json::from_slice(&std::fs::read(lab.path(&format!("tickets/{number}/order.json"))).unwrap())
            .unwrap();
    assert_eq!(ticket["customer"]["name"], "Łucja Żółkiewska-Ørsted");
    assert_eq!(ticket["destination"]["address"]["city"], "Kraków");
    assert_eq!(ticket["prints"], 4);
    assert_eq!(ticket["lines"][0]["copies"], 2);
    assert_eq!(ticket["lines"][1]["pictures"][1]["thumbnail"], "thumbnails/L02_2.jpg");
    assert!(lab.path(&format!("tickets/{number}/thumbnails/L02_2.jpg")).exists());
    assert!(std::fs::read(lab.path(&format!("tickets/{number}/ticket.pdf"))).unwrap().starts_with(b"%PDF-"));

    let stages = [Stage::Received, Stage::Verified, Stage::Printing, Stage::Printed];
    for line in [1, 2] {
        assert_eq!(host.stages(line, 1), stages.map(|s| (s, false)), "line {line}");
    }
    assert!(host.book().deliveries[0].delivery.acknowledged);
    assert_eq!(host.book().claims.len(), 2);
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 3, "a delivery that is listed again is not printed again");

    let early = lab.run(&["release", &number, "1", "--printed"]).await;
    assert_eq!(early.code, Some(1));
    assert!(early.err.contains("not on hold"), "{}", early.err);
    lab.run(&["remake", &number, "2", "--reason", "scratched"]).await.ok();
    let incomplete = lab.run(&["ship", &number]).await;
    assert_eq!(incomplete.code, Some(1), "a remake is still open");
    lab.run(&["run", "--once"]).await.ok();
    assert!(lab.prints().contains(&format!("8x10_lustre/{number}_L02_2_x1_A2.jpg")));
    assert_eq!(host.stages(2, 2), [Stage::Verified, Stage::Printing, Stage::Printed].map(|s| (s, false)));

    lab.run(&["ship", &number.to_lowercase().replace('-', ""), "--carrier", "DHL", "--tracking", "JD0001"])
        .await
        .ok();
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Shipped, false)));
    assert!(host.book().reports.iter().any(|r| r.tracking.as_deref() == Some("DHL JD0001")));
    let status = lab.run(&["--json", "status"]).await.ok().json();
    assert_eq!(status["orders"][0]["lines"][0]["state"], "shipped");
    assert_eq!(status["reports_waiting"], 0);
}

#[tokio::test]
async fn pairing_needs_the_code_and_pins_the_key() {
    let host = FakeHost::start().await;
    let lab = Lab::enrolled(&host).await;
    let code: PairingCode =
        lab.run(&["--json", "pair"]).await.ok().json()["code"].as_str().unwrap().parse().unwrap();
    assert_eq!(code.lab, LAB);
    assert!(code.names_key(&host.book().lab_key.unwrap()));

    // Without the code's secret: not accepted, and shown.
    let stranger = Studio::new(8);
    let lab_key = host.book().lab_key.unwrap();
    stranger.ask_pairing(&host, &PairingCode::new(LAB, &lab_key, [0; 10]));
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(host.book().pairings[0].state, domain::studio::PairingState::Asked);
    assert_eq!(lab.run(&["--json", "pair", "list"]).await.ok().json()[0]["state"], "unproven");

    let studio = Studio::new(1);
    studio.ask_pairing(&host, &code);
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(host.book().pairings[1].state, domain::studio::PairingState::Accepted);
    // A code serves one studio.
    let second = Studio::new(2);
    second.ask_pairing(&host, &code);
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(host.book().pairings[2].state, domain::studio::PairingState::Asked);
    // The host shows another key for a paired studio: the pinned one stays.
    host.book().pairings[1].studio_key = wire::signed::public_key(&Studio::new(9).key);
    host.book().pairings[1].state = domain::studio::PairingState::Asked;
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(host.book().pairings[1].state, domain::studio::PairingState::Asked);
}

#[tokio::test]
async fn a_delivery_of_an_unpaired_studio_waits_for_pairing() {
    let host = FakeHost::start().await;
    let lab = Lab::enrolled(&host).await;
    let studio = Studio::new(1);
    let prints = [print(0, 1, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    lab.run(&["run", "--once"]).await.ok();
    assert!(lab.prints().is_empty() && !host.book().deliveries[0].delivery.acknowledged);
    let status = lab.run(&["--json", "status"]).await;
    assert_eq!((status.code, status.json()["orders"][0]["state"].as_str()), (Some(3), Some("unpaired")));
    let code = lab.run(&["--json", "pair"]).await.ok().json()["code"].as_str().unwrap().parse().unwrap();
    studio.ask_pairing(&host, &code);
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 1);
}

#[tokio::test]
async fn a_print_that_no_rule_fits_waits_and_goes_on_when_one_does() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    lab.configure("printers.hot = { kind = 'hot_folder', folder = 'hot' }\nrules = [{ printer = 'hot', sizes = ['4x6'] }]");
    let prints = [print(0, 1, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 3, &prints)]), &[&prints[0]]);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let holds = lab.run(&["--json", "hold", "list"]).await;
    assert_eq!(holds.code, Some(3));
    assert!(holds.json()[0]["why"].as_str().unwrap().contains("8x10 lustre"), "{}", holds.out);
    lab.configure(
        "printers.hot = { kind = 'hot_folder', folder = 'hot', one_file_per_copy = true,
           file_name = '{number}-{line}-{picture}-{copy}.jpg', printed_when = 'removed' }
         rules = [{ printer = 'hot' }]",
    );
    lab.run(&["release", &ORDER.number(), "1"]).await.ok();
    let mut running = lab.command(&["run"]).spawn().unwrap();
    let waited = std::time::Instant::now();
    while lab.prints().iter().filter(|p| !p.ends_with(".part")).count() < 3 {
        assert!(waited.elapsed().as_secs() < 20, "{:?}", lab.prints());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printing, false)), "nobody has taken the files yet");
    for file in lab.prints() {
        std::fs::remove_file(lab.path("hot").join(file)).unwrap();
    }
    while host.stages(1, 1).last() != Some(&(Stage::Printed, false)) {
        assert!(waited.elapsed().as_secs() < 30);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // A second receiver on this folder is refused, with what to do.
    let second = lab.run(&["run", "--once"]).await;
    assert_eq!(second.code, Some(1));
    assert!(
        second.err.contains("runs on") && second.err.contains("data folder of its own"),
        "{}",
        second.err
    );
    running.kill().await.unwrap();
}

#[tokio::test]
async fn mistakes_are_answered_with_what_to_do() {
    let host = FakeHost::start().await;
    let lab = Lab { dir: tempfile::tempdir().unwrap() };
    let ran = lab.run(&["status"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("init"), "{}", ran.err);
    lab.run(&["init"]).await.ok();
    let ran = lab.run(&["run"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("darkslide-lab login URL"), "{}", ran.err);
    let ran = lab.run(&["login", &host.address, "--token", "bad"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("darkslide-host lab add"), "{}", ran.err);
    let ran = lab.run(&["login", "ftp://x", "--token", "bad"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("https://"), "{}", ran.err);
    lab.run(&["login", &host.address, "--token", "good-token"]).await.ok();
    let ran = lab.run(&["ship", "\x1b[31mX"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("status") && !ran.err.contains('\x1b'), "{}", ran.err);
    assert_eq!(lab.run(&["release", "x"]).await.code, Some(2));
    let ran = lab.run(&["doctor"]).await;
    assert!(ran.code == Some(3) && ran.out.contains("BAD  pairing"), "{}", ran.out);
    lab.configure("nmae = 'x'");
    let ran = lab.run(&["run"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("nmae"), "{}", ran.err);
    let ran = lab.run(&["doctor"]).await;
    assert!(
        ran.code == Some(3) && ran.out.contains("BAD  lab.toml") && ran.out.contains("nmae"),
        "{}",
        ran.out
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(lab.path("lab.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
