//! A studio with two computers: the key travels sealed, and nobody sends the other's pictures.

use wire::manifest::Manifest;

use super::{agent::Agent, fake::Host, labs::paired, orders::order};

fn join(host: &Host, first: &Agent) -> (Agent, String) {
    let invitation = first.json(&["machine", "invite"])["invitation"].as_str().unwrap().to_owned();
    let second = Agent::new();
    second.run(&["login", &host.url, "--token", &invitation, "--name", "Laptop"]).ok();
    (second, invitation)
}

#[test]
fn an_invitation_brings_key_and_labs_and_the_host_never_sees_its_second_part() {
    let host = Host::start();
    let first = Agent::at(&host);
    paired(&host, &first);
    let (second, invitation) = join(&host, &first);
    let (token, secret) = invitation.split_once('.').unwrap();
    assert!(host.state().tokens.contains_key(token));
    assert_eq!(host.requests(secret), 0);
    assert_eq!(second.json(&["lab", "list"])["state"], "paired");
    let machines = first.run(&["machine", "list"]).ok();
    assert!(machines.out.contains("Desk") && machines.out.contains("Laptop"), "{}", machines.out);

    let third = Agent::new();
    let bare = first.json(&["machine", "invite"])["invitation"].as_str().unwrap().to_owned();
    let (token, _) = bare.split_once('.').unwrap();
    let refused = third.run(&["login", &host.url, "--token", token]);
    assert!(refused.code == 1 && refused.err.contains("machine invite"), "{}", refused.err);
    let wrong = third.run(&["login", &host.url, "--token", &format!("{token}.{}", "0".repeat(26))]);
    assert!(wrong.code == 1 && wrong.err.contains("does not open"), "{}", wrong.err);
    third.run(&["login", &host.url, "--token", &bare]).ok();
}

#[test]
fn each_machine_sends_its_own_pictures_and_waits_for_nobody() {
    let host = Host::start();
    let first = Agent::at(&host);
    paired(&host, &first);
    let (second, _) = join(&host, &first);
    let (one, two) = (first.picture("one.jpg", 1), second.picture("two.jpg", 2));
    let id = host.place(order(9, vec![one, two]));
    first.run(&["orders", "approve", &id.number()]).ok();

    first.run(&["orders", "sync"]).ok();
    first.run(&["orders", "sync"]).ok();
    let sent = host.manifests();
    assert_eq!(sent.len(), 1, "the first machine never takes the second's line");
    let manifest: Manifest = sent[0].manifest.peek().unwrap();
    assert_eq!(manifest.machine, first.machine());
    assert_eq!(manifest.parts.len(), 2, "the lab waits for both");
    assert_eq!(manifest.lines.iter().map(|l| l.line).collect::<Vec<_>>(), [1]);
    assert!(!host.state().jobs[&(id, second.machine())].done);

    second.run(&["orders", "sync"]).ok();
    let sent = host.manifests();
    assert_eq!(sent.len(), 2);
    for envelope in &sent {
        assert!(envelope.certificate.is_valid());
        assert_eq!(Some(envelope.certificate.studio_key), host.state().studio_key);
    }
}
