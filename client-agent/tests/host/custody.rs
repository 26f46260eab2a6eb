//! The chain of custody of a real print: followed, made again, written down and verified on another computer.

use domain::{fulfilment::LineReport, order::Stage};
use ed25519_dalek::SigningKey;
use wire::{
    lab::{HeldFile, LabReport},
    signed::Signed,
};

use super::{
    agent::{Agent, draw},
    fake::Host,
    labs::paired,
    orders::{LAB, order},
};

#[test]
fn every_step_is_signed_and_the_recipe_makes_the_same_bytes() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    let number = id.number();
    agent.run(&["orders", "approve", &number]).ok();
    agent.run(&["orders", "sync"]).ok();

    let sent = agent.json(&["custody", &number]);
    let print = &sent["prints"][0];
    assert!(print["received_at"].is_null() && print["recipe"]["made"] == "rendered", "{sent}");
    let sha256 = print["file"].as_str().unwrap().parse().unwrap();
    let report = |stage: Stage, at| LabReport {
        lab: LAB,
        order: id,
        report: format!("{stage:?}"),
        at,
        lines: vec![LineReport { line: 1, attempt: 1, stage, hold: None }],
        tracking: None,
        files: vec![HeldFile { line: 1, attempt: 1, delivery: 1, node: 0, sha256 }],
    };
    let key = SigningKey::from_bytes(&[42; 32]);
    for (stage, at) in [(Stage::Verified, 1_000), (Stage::Printed, 2_000)] {
        host.state().reports.push(Signed::sign(&report(stage, at), &key).unwrap());
    }

    let shown = agent.run(&["custody", &number, "--render"]).ok();
    for words in ["signed by Fine Lab", "the same bytes", "every signature holds"] {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    // What was signed once stays, whatever the host shows later.
    host.state().reports.clear();
    let kept = agent.json(&["custody", &number]);
    assert_eq!(kept["prints"][0]["printed_at"], 2_000);

    // On another computer, without a host.
    let file = agent.folder.path().join("chain.json");
    agent.run(&["custody", &number, "--export", file.to_str().unwrap()]).ok();
    let other = Agent::new();
    let read = other.run(&["custody", "--verify", file.to_str().unwrap()]).ok();
    assert!(read.out.contains("every signature holds") && read.out.contains("Fine Lab"), "{}", read.out);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("2000", "2001", 1)).unwrap();
    let read = other.run(&["custody", "--verify", file.to_str().unwrap()]);
    assert_eq!(read.code, 3);
    assert!(read.out.contains("DOES NOT HOLD: printed by Fine Lab"), "{}", read.out);

    // Another file in the original's place.
    draw(&agent.photos().join("one.jpg"), 7);
    let changed = agent.run(&["custody", &number, "--render"]);
    assert_eq!(changed.code, 3);
    assert!(changed.out.contains("the original changed"), "{}", changed.out);
}
