//! `darkslide run`: the doorbell, one daemon a profile, commands beside it, a clean end.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    agent::{Agent, draw},
    fake::Host,
    labs::paired,
    orders::order,
};

pub struct Daemon(Child);

impl Daemon {
    fn start(agent: &Agent) -> Self {
        Self::with(agent, |_| {})
    }

    pub fn with(agent: &Agent, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = agent.command(&["run"]);
        change(&mut command);
        let daemon = Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        until("the daemon holds its lock", || agent.json(&["status"])["daemon_running"] == true);
        daemon
    }

    fn end(mut self) -> std::process::ExitStatus {
        let pid = rustix::process::Pid::from_raw(self.0.id() as i32).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let asked = Instant::now();
        let status = self.0.wait().unwrap();
        assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?} to end", asked.elapsed());
        status
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: waited for a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_order_goes_from_doorbell_to_manifest_and_a_term_ends_it_cleanly() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let daemon = Daemon::start(&agent);
    let second = agent.run(&["run"]);
    assert!(second.code == 1 && second.err.contains("runs for this profile already"), "{}", second.err);

    let id = host.place(order(9, vec![node]));
    until("the job is acknowledged", || host.state().jobs[&(id, agent.machine())].acknowledged);
    until("the queue is empty", || host.state().queue.is_empty());
    assert!(host.manifests().is_empty());
    // A command beside the daemon; the host rings, the daemon sends.
    agent.run(&["orders", "approve", &id.number()]).ok();
    until("the manifest is there", || host.manifests().len() == 1);
    until("nothing is left", || agent.json(&["status"])["parts_to_send"] == 0);

    assert_eq!(daemon.end().code(), Some(0));
    assert_eq!(agent.json(&["status"])["daemon_running"], false);
}

#[test]
fn a_host_that_is_away_is_waited_for() {
    let host = Host::start();
    let agent = Agent::at(&host);
    // The same profile, with its host gone.
    let account = agent.profile().join("account.json");
    let text = std::fs::read_to_string(&account).unwrap().replace(&host.url, "http://127.0.0.1:9");
    std::fs::write(&account, text).unwrap();
    let daemon = Daemon::start(&agent);
    until("the trouble shows", || {
        let status = agent.json(&["status"]);
        status["daemon_troubles"].as_object().is_some_and(|t| !t.is_empty())
            && status["host_trouble"].as_str().is_some_and(|t| t.contains("cannot be reached"))
    });
    assert_eq!(agent.json(&["status"])["next"], "darkslide doctor");
    assert_eq!(daemon.end().code(), Some(0));
}

#[test]
fn an_export_into_a_gallerys_folder_is_published_by_itself() {
    let host = Host::start();
    let agent = Agent::at(&host);
    agent.picture("one.jpg", 1);
    let photos = agent.photos();
    agent.run(&["gallery", "create", "Wedding", "--from", photos.to_str().unwrap()]).ok();
    let daemon = Daemon::start(&agent);
    until("what is selected is published", || host.state().published.len() == 1);

    // Written as an export program does: slowly, under its final name.
    draw(&agent.folder.path().join("two.jpg"), 2);
    let bytes = std::fs::read(agent.folder.path().join("two.jpg")).unwrap();
    std::fs::write(photos.join("two.jpg"), &bytes[..bytes.len() / 2]).unwrap();
    std::thread::sleep(Duration::from_millis(700));
    std::fs::write(photos.join("two.jpg"), &bytes).unwrap();
    until("the export is published", || host.state().published.values().any(|name| name == "two.jpg"));

    // A command beside it changes what is selected.
    let before = host.requests("PUT /api/studio/galleries/");
    agent.run(&["gallery", "create", "Again", "--from", photos.to_str().unwrap()]).ok();
    until("the second gallery is published", || host.state().galleries.len() == 2);
    until("it is open", || {
        host.state().galleries.values().all(|g| g.state == domain::gallery::GalleryState::Open)
    });
    std::thread::sleep(Duration::from_secs(8));
    let after = host.requests("PUT /api/studio/galleries/");
    assert!(after - before <= 8, "it does not publish for ever: {} requests", after - before);
    assert_eq!(daemon.end().code(), Some(0));
}
