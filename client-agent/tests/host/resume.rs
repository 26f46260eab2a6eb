//! SIGKILL at every request of the way to the lab, before and after the host did what was asked: the next
//! run finishes, and stores nothing twice.

use std::process::Stdio;

use domain::hash::Sha256;

use super::{
    agent::Agent,
    fake::{Host, Trap},
    labs::paired,
    orders::{LAB, order},
};

const REQUESTS: [(&str, usize); 10] = [
    ("GET /api/studio/orders/", 1),
    ("/ack ", 1),
    ("/approve ", 1),
    ("/progress ", 1),
    ("/relay ", 1),
    ("PUT /files/", 1),
    ("PUT /files/", 2),
    ("PUT /files/", 3),
    ("/relay ", 2),
    ("manifest.json", 1),
];

#[test]
fn killed_before_any_request_arrives_the_next_run_goes_on() {
    for (matches, at) in REQUESTS {
        one(matches, at, false);
    }
}

#[test]
fn killed_before_any_answer_arrives_the_next_run_goes_on() {
    for (matches, at) in REQUESTS {
        one(matches, at, true);
    }
}

fn one(matches: &'static str, at: usize, after: bool) {
    let case = format!("{matches} #{at} after={after}");
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    agent.set_config("[orders]\nrelease = [\"auto\"]\n\n[uploads]\nparallel = 1\n\n[workers]\ncount = 1\n");
    let pictures = agent.pictures(&["one.jpg", "two.jpg", "three.jpg"], 1);
    let id = host.place(order(9, pictures));

    host.state().log.clear();
    host.state().trap = Some(Trap { matches, at, after });
    let mut command = agent.command(&["orders", "sync"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    host.state().pid = Some(child.id());
    let killed = child.wait().unwrap();
    assert!(!killed.success() && host.state().trap.is_none(), "{case}: it was not killed");
    host.state().log.clear();
    let before = host.state().stored.len();

    agent.run(&["orders", "sync"]).ok();
    let job_done = host.state().jobs[&(id, agent.machine())].done;
    assert!(job_done, "{case}: {:?}", host.state().log);
    assert_eq!(host.state().stored.len(), 4, "{case}: {:?}", host.state().stored);
    assert_eq!(host.manifests().len(), 1, "{case}");
    // At most the one upload whose answer never came is tried again.
    let puts = host.requests("PUT /files/");
    assert!(puts <= 4 - before + 1, "{case}: {puts} uploads for the {} that were missing", 4 - before);
    agent.run(&["orders", "sync"]).ok();
    assert_eq!(host.state().stored.len(), 4, "{case}");
}

#[test]
fn a_large_print_goes_on_with_the_part_that_is_missing() {
    const LENGTH: usize = 80 * 1024 * 1024;
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let id = host.place(order(9, agent.pictures(&["one.jpg"], 1)));
    agent.run(&["orders", "sync"]).ok();
    agent.run(&["orders", "approve", &id.number()]).ok();
    // As if it had been rendered: 80 MiB that no compression makes smaller.
    let mut state = 1u64;
    let print: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()
    })
    .take(LENGTH / 8)
    .flatten()
    .collect();
    let sha256 = Sha256::of(&print);
    let folder = agent.profile().join("prints").join(id.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{}.jpg", sha256.hex())), &print).unwrap();
    let version = agent.node("one.jpg").version;
    let rendered =
        "INSERT INTO print_file (order_id, lab, attempt, line, node, sha256, length, width, height,
                      effective_ppi, version) VALUES (?1, ?2, 1, 1, 0, ?3, ?4, 1200, 1800, 300, ?5)";
    let values = (id.to_string(), LAB.to_string(), sha256.hex(), LENGTH as i64, version.hex());
    agent.catalog().execute(rendered, values).unwrap();

    // Killed twice: before the third part arrives, and when the fifth has arrived and nobody was told.
    for (at, after) in [(3, false), (3, true)] {
        host.state().log.clear();
        host.state().trap = Some(Trap { matches: "PUT /files/parts/", at, after });
        let mut child =
            agent.command(&["orders", "sync"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        host.state().pid = Some(child.id());
        let killed = child.wait().unwrap();
        assert!(!killed.success() && host.state().trap.is_none(), "it was not killed at {at}");
        host.state().pid = None;
    }
    host.state().log.clear();
    agent.run(&["orders", "sync"]).ok();
    assert_eq!(host.requests("PUT /files/parts/"), 0, "all five were there: {:?}", host.state().log);
    let stored = host.state().stored.iter().filter(|key| key.starts_with("parts/")).count();
    assert_eq!(stored, 5, "five parts of 16 MiB, each stored once");
    let state = host.state();
    let file = state.files.iter().find(|(key, _)| key.ends_with(&format!("{}.jpg", sha256.hex())));
    assert!(file.is_some_and(|(_, bytes)| *bytes == print));
    assert!(state.jobs[&(id, agent.machine())].done);
}
