//! SIGKILL at every request of the way to the lab, before and after the host did what was asked: the next
//! run finishes, and stores nothing twice.

use std::process::Stdio;

use super::{
    agent::Agent,
    fake::{Host, Trap},
    labs::paired,
    orders::order,
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
