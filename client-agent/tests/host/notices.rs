//! A new order on the studio's screen: the desktop's side is a stand-in on a bus of the test's own, after the Desktop
//! Notifications Specification.

#![cfg(target_os = "linux")]

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use zbus::{OwnedVariant, object_server::SignalEmitter};

use super::{
    agent::Agent,
    daemon::{Daemon, until},
    fake::Host,
    labs::paired,
    orders::order,
};

struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    /// `None` with a notice where there is no D-Bus.
    fn start() -> Option<Self> {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address"]);
        let Ok(mut daemon) = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            println!("skipped: there is no dbus-daemon");
            return None;
        };
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { daemon, address: address.trim().to_owned() })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

struct Screen {
    shown: Sender<(String, String, Vec<String>)>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Screen {
    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".into(), "body".into()]
    }

    #[allow(clippy::too_many_arguments, reason = "the specification's")]
    async fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _expires: i32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> u32 {
        self.shown.send((summary, body, actions)).unwrap();
        let emitter = emitter.to_owned();
        // Somebody clicks.
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Self::action_invoked(&emitter, 7, "default").await.unwrap();
        });
        7
    }

    fn close_notification(&self, _id: u32) {}

    fn get_server_information(&self) -> (String, String, String, String) {
        ("stand-in".into(), "tests".into(), "1".into(), "1.2".into())
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;
}

async fn screen(bus: &Bus) -> (zbus::Connection, Receiver<(String, String, Vec<String>)>) {
    let (shown, seen) = channel();
    let connection = zbus::connection::Builder::address(bus.address.as_str())
        .name("org.freedesktop.Notifications")
        .serve_at("/org/freedesktop/Notifications", Screen { shown })
        .build()
        .await
        .unwrap();
    (connection, seen)
}

#[test]
fn a_new_order_is_on_the_screen_and_a_click_opens_the_desk() {
    let Some(bus) = Bus::start() else { return };
    let desktop = tokio::runtime::Runtime::new().unwrap();
    let (_connection, seen) = desktop.block_on(screen(&bus));
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    // The browser is a stand-in too.
    let tools = tempfile::tempdir().unwrap();
    let (browser, opened) = (tools.path().join("xdg-open"), tools.path().join("opened"));
    // There with all that is in it, or not there.
    let script = format!("#!/bin/sh\nprintf %s \"$1\" > {0}.part && mv {0}.part {0}\n", opened.display());
    std::fs::write(&browser, script).unwrap();
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap());
    let _daemon = Daemon::with(&agent, |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address).env("PATH", &path);
    });

    let id = host.place(order(9, vec![node]));
    let (title, body, actions) = seen.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(title, format!("New order {}", id.number()));
    assert!(body.contains("print") && !body.contains("Ada"), "{body}");
    assert!(actions.contains(&"default".to_owned()), "{actions:?}");
    until("the desk is opened", || opened.exists());
    let link = std::fs::read_to_string(&opened).unwrap();
    assert!(link.starts_with("http://127.0.0.1:") && link.contains("/#"), "{link}");
    assert!(seen.recv_timeout(Duration::from_secs(4)).is_err(), "it is said once");
}
