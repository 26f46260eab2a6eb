//! Joining a studio: the first machine, crashes in between, wrong tokens, hosts that are down or lie.

use domain::studio::PublicKey;

use super::{
    agent::{Agent, ran},
    fake::{Host, Trap},
};

#[test]
fn the_first_machine_makes_the_studios_key_and_signs_in() {
    let host = Host::start();
    let agent = Agent::new();
    let token = host.new_token();
    let told = agent.run(&["login", &host.url, "--token", &token, "--name", "Desk\u{7}"]).ok();
    assert!(told.out.contains("as Studio [31mOne, computer Desk"), "{}", told.out);
    assert!(!told.out.contains('\u{1b}'));
    let account = agent.json(&["account"]);
    assert_eq!(account["machines"][0]["name"], "Desk");
    let again = agent.run(&["login", &host.url, "--token", &token]).ok();
    assert!(again.out.contains("already connected"), "{}", again.out);
    assert_eq!(host.state().machines.len(), 1);
    let other = agent.run(&["login", &host.url, "--token", "another"]);
    assert!(other.code == 1 && other.err.contains("darkslide logout"), "{}", other.err);
    let doctor = agent.run(&["doctor"]);
    assert!(doctor.code == 0, "{}{}", doctor.out, doctor.err);
}

#[test]
fn a_crash_anywhere_in_between_is_mended_by_the_same_command() {
    for (matches, after) in [
        ("/api/studio/token", false),
        ("/api/studio/token", true),
        ("/api/studio/enrol", false),
        ("/api/studio/enrol", true),
        ("/api/studio/session", true),
        ("/api/studio/account", true),
    ] {
        let host = Host::start();
        let agent = Agent::new();
        let token = host.new_token();
        let login = ["login", &host.url, "--token", &token];
        host.state().trap = Some(Trap { matches, at: 1, after });
        let mut child = agent.command(&login).stdout(std::process::Stdio::null()).spawn().unwrap();
        host.state().pid = Some(child.id());
        let status = child.wait().unwrap();
        assert!(!status.success(), "{matches}: it was killed");
        assert!(!agent.profile().join("account.json").exists(), "{matches}");
        let again = ran(agent.command(&login).output().unwrap());
        assert_eq!(again.code, 0, "{matches} after={after}: {}", again.err);
        assert_eq!(host.state().machines.len(), 1, "{matches} after={after}");
        agent.run(&["account"]).ok();
    }
}

#[test]
fn a_wrong_token_a_used_token_and_no_host_are_explained() {
    let host = Host::start();
    let agent = Agent::new();
    let wrong = agent.run(&["login", &host.url, "--token", "nonsense"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("does not accept this token"), "{}", wrong.err);
    assert!(wrong.err.contains("fix: copy the whole token"), "{}", wrong.err);
    let token = host.new_token();
    Agent::new().run(&["login", &host.url, "--token", &token]).ok();
    let used = agent.run(&["login", &host.url, "--token", &token]);
    assert!(used.err.contains("unknown or used up"), "{}", used.err);

    let down = agent.run(&["login", "http://127.0.0.1:9", "--token", "x"]);
    assert_eq!(down.code, 1);
    assert!(down.err.contains("cannot be reached"), "{}", down.err);
    let clear = agent.run(&["login", "http://photos.example.com", "--token", "x"]);
    assert!(clear.code == 2 && clear.err.contains("--insecure-http"), "{}", clear.err);
    let none = agent.run(&["orders", "list"]);
    assert!(none.code == 1 && none.err.contains("darkslide login URL"), "{}", none.err);
}

#[test]
fn a_server_that_is_no_darkslide_host_is_told_apart() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 14\r\nconnection: close\r\n\r\n<h1>Nope</h1>\n",
            );
        }
    });
    let wrong = Agent::new().run(&["login", &url, "--token", "x"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("not in Darkslide's form"), "{}", wrong.err);
    assert!(wrong.err.contains("is the address of a Darkslide host"), "{}", wrong.err);
}

#[test]
fn a_changed_studio_key_stops_everything() {
    let host = Host::start();
    let agent = Agent::at(&host);
    host.state().studio_key = Some(PublicKey([5; 32]));
    for command in [&["account"][..], &["machine", "list"], &["machine", "invite"]] {
        let stopped = agent.run(command);
        assert_eq!(stopped.code, 1, "{command:?}");
        assert!(stopped.err.contains("another studio or studio key than before"), "{}", stopped.err);
    }
    let doctor = agent.run(&["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains("WRONG  host"), "{}", doctor.out);
}

#[test]
fn logging_out_keeps_the_only_studio_key() {
    let host = Host::start();
    let agent = Agent::at(&host);
    assert_eq!(agent.run(&["logout"]).code, 1, "it asks first");
    let left = agent.run(&["--yes", "logout"]).ok();
    assert!(left.out.contains("The studio's key stays"), "{}", left.out);
    // With a new token from the operator the same computer comes back, with the same studio key.
    let token = host.new_token();
    agent.run(&["login", &host.url, "--token", &token]).ok();
    agent.run(&["account"]).ok();
}

#[cfg(unix)]
#[test]
fn doctor_finds_keys_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let host = Host::start();
    let agent = Agent::at(&host);
    let key = agent.profile().join("keys/device.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let doctor = agent.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor.out.contains("others can read") && doctor.out.contains("fix: chmod 600"),
        "{}",
        doctor.out
    );
}
