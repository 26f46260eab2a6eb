//! Pairing, hosts that lie about labs, and who prints what.

use domain::{
    fulfilment::LineReport,
    id::LabId,
    order::Stage,
    studio::{PublicKey, pairing_proof},
};
use ed25519_dalek::SigningKey;
use wire::{
    lab::LabReport,
    pairing_code::PairingCode,
    signed::{Signed, public_key},
};

use super::{
    agent::Agent,
    fake::{Host, Lab, STUDIO},
    orders::{LAB, order},
};

const SECRET: [u8; 10] = [8; 10];

fn lab_key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

/// The lab, enrolled at the host, and its code.
pub fn with_lab(host: &Host, lab: LabId, name: &str) -> String {
    let key = public_key(&lab_key());
    host.state().labs.insert(lab, Lab { name: name.into(), key: Some(key), pairing: None, proof: None });
    PairingCode::new(lab, &key, SECRET).to_string()
}

pub fn paired(host: &Host, agent: &Agent) {
    let code = with_lab(host, LAB, "Fine Lab");
    agent.run(&["lab", "pair", &code]).ok();
}

#[test]
fn a_code_pairs_and_proves_the_studio_to_the_lab() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let state = host.state();
    let expected = pairing_proof(&SECRET, STUDIO, &state.studio_key.unwrap(), LAB);
    assert_eq!(state.labs[&LAB].proof.as_deref(), Some(expected.as_str()));
    drop(state);
    let row = agent.json(&["lab", "list"]);
    assert_eq!((row["state"].as_str(), row["usual"].as_bool()), (Some("paired"), Some(true)));
}

#[test]
fn a_host_that_shows_another_key_is_found_out() {
    let host = Host::start();
    let agent = Agent::at(&host);
    let code = with_lab(&host, LAB, "Fine Lab");
    let own = host.state().labs.get_mut(&LAB).unwrap().key.replace(PublicKey([9; 32]));
    let refused = agent.run(&["lab", "pair", &code]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("is not the lab's own"), "{}", refused.err);
    assert_eq!(host.requests("/pair"), 0, "the proof was not shown to it");

    // Honest while pairing, and lying later.
    host.state().labs.get_mut(&LAB).unwrap().key = own;
    agent.run(&["lab", "pair", &code]).ok();
    host.state().labs.get_mut(&LAB).unwrap().key = Some(PublicKey([9; 32]));
    let listed = agent.run(&["lab", "list"]);
    assert!(listed.code == 1 && listed.out.contains("WRONG KEY"), "{} {}", listed.out, listed.err);
}

#[test]
fn codes_of_elsewhere_and_mistyped_codes_are_explained() {
    let host = Host::start();
    let agent = Agent::at(&host);
    let typo = agent.run(&["lab", "pair", "abc"]);
    assert!(typo.code == 2 && typo.err.contains("not a lab's pairing code"), "{}", typo.err);
    let elsewhere = PairingCode::new(LAB, &public_key(&lab_key()), SECRET).to_string();
    let unknown = agent.run(&["lab", "pair", &elsewhere]);
    assert!(unknown.code == 1 && unknown.err.contains("knows no lab"), "{}", unknown.err);
}

#[test]
fn products_go_to_their_own_lab() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let second = LabId::from_bytes([4; 16]);
    let code = with_lab(&host, second, "Poster Works");
    agent.run(&["lab", "pair", &code]).ok();
    agent.run(&["lab", "use", "poster", "--product", "4x6"]).ok();
    let wrong = agent.run(&["lab", "use", "nobody"]);
    assert!(wrong.err.contains("paired are: Fine Lab"), "{}", wrong.err);
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    agent.run(&["orders", "approve", &id.number()]).ok();
    assert_eq!(host.state().orders[&id].routes[&1], second);
    let other = host.place(order(8, vec![agent.node("one.jpg")]));
    agent.run(&["orders", "approve", &other.number(), "--lab", "Fine Lab"]).ok();
    assert_eq!(host.state().orders[&other].routes[&1], LAB);
}

#[test]
fn only_what_the_lab_signed_is_believed() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    agent.run(&["orders", "approve", &id.number()]).ok();
    let report = |stage| LabReport {
        lab: LAB,
        order: id,
        report: format!("{stage:?}"),
        at: 9,
        lines: vec![LineReport { line: 1, attempt: 1, stage, hold: None }],
        tracking: None,
        files: Vec::new(),
    };
    {
        let mut state = host.state();
        state.reports.push(Signed::sign(&report(Stage::Printed), &lab_key()).unwrap());
        state.orders.get_mut(&id).unwrap().lines[0].status.stage = Stage::Printed;
    }
    let shown = agent.run(&["orders", "show", &id.number()]).ok();
    assert!(shown.out.contains("printed at Fine Lab"), "{}", shown.out);

    // The host claims more than the lab signed, and signs something itself.
    {
        let mut state = host.state();
        state.orders.get_mut(&id).unwrap().lines[0].status.stage = Stage::Shipped;
        let forger = SigningKey::from_bytes(&[13; 32]);
        state.reports.push(Signed::sign(&report(Stage::Shipped), &forger).unwrap());
    }
    let shown = agent.run(&["orders", "show", &id.number()]);
    assert_eq!(shown.code, 3);
    assert!(shown.out.contains("no lab has signed that"), "{}", shown.out);
    assert!(shown.out.contains("belongs to no paired lab"), "{}", shown.out);
}
