//! `darkslide desk`: who is let in, and an order from the page to the lab.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
};

use domain::order::OrderState;
use serde_json::{Value, json};

use super::{agent::Agent, daemon::until, fake::Host, labs::paired, orders::order};

/// A desk that runs, and a browser that came in by its link.
pub struct Desk {
    child: Child,
    pub port: u16,
    pub link: String,
    pub cookie: String,
}

pub struct Answered {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {} {}", self.head, String::from_utf8_lossy(&self.body)))
    }
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{}\n{}", self.head, String::from_utf8_lossy(&self.body));
        self
    }
}

impl Desk {
    pub fn open(agent: &Agent) -> Self {
        let mut child =
            agent.command(&["--json", "desk", "--no-open"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let link = said["link"].as_str().unwrap().to_owned();
        let port = link.split(['/', ':', '#']).find_map(|p| p.parse().ok()).unwrap();
        let mut desk = Self { child, port, link, cookie: String::new() };
        let came = desk.come_in(&desk.link.clone()).ok();
        let cookie =
            came.head.lines().find(|l| l.to_lowercase().starts_with("set-cookie:")).unwrap().to_owned();
        for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(word), "{cookie}");
        }
        desk.cookie = cookie["set-cookie:".len()..].split(';').next().unwrap().trim().to_owned();
        desk
    }

    pub fn come_in(&self, link: &str) -> Answered {
        let secret = link.split_once('#').unwrap().1;
        let own = format!("http://127.0.0.1:{}", self.port);
        self.ask("POST", "/api/session", &[("origin", &own)], Some(json!({ "link": secret })))
    }

    /// As the page asks.
    pub fn get(&self, path: &str) -> Answered {
        self.ask("GET", path, &[("cookie", &self.cookie), ("sec-fetch-site", "same-origin")], None)
    }
    pub fn post(&self, path: &str, body: Value) -> Answered {
        let own = format!("http://127.0.0.1:{}", self.port);
        self.ask("POST", path, &[("cookie", &self.cookie), ("origin", &own)], Some(body))
    }

    /// Exactly these headers, besides a proper `Host` unless one is given.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answered {
        let body = body.map(|b| b.to_string()).unwrap_or_default();
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            text.push_str(&format!("host: 127.0.0.1:{}\r\n", self.port));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            text.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
        }
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let mut body = answer[end + 4..].to_vec();
        if head.to_lowercase().contains("transfer-encoding: chunked") {
            body = unchunked(&body);
        }
        Answered { status: head[9..12].parse().unwrap(), head, body }
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = rest.windows(2).position(|w| w == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if length == 0 {
            break;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + length]);
        rest = &rest[line + 4 + length..];
    }
    body
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn only_the_browser_that_came_by_the_link_is_let_in_and_only_from_its_own_page() {
    let host = Host::start();
    let agent = Agent::at(&host);
    let desk = Desk::open(&agent);
    let own = format!("http://127.0.0.1:{}", desk.port);

    // No cookie, a cookie of somebody else's making, another port's cookie.
    let refused = |headers: &[(&str, &str)]| desk.ask("GET", "/api/orders", headers, None);
    assert_eq!(refused(&[]).status, 401);
    let (name, value) = desk.cookie.split_once('=').unwrap();
    let forged = format!("{name}=9{value}");
    assert_eq!(refused(&[("cookie", &forged)]).status, 401);
    let elsewhere = format!("darkslide_desk_1={value}");
    assert_eq!(refused(&[("cookie", &elsewhere)]).status, 401);
    let problem = refused(&[]).json();
    assert!(problem["fix"].as_str().unwrap().contains("darkslide desk"), "{problem}");

    // A name that was rebound to this computer, with everything else right.
    let port = desk.port;
    for host in [format!("evil.example:{port}"), "127.0.0.1".into(), format!("127.0.0.1.nip.io:{port}")] {
        let cookie = ("cookie", desk.cookie.as_str());
        assert_eq!(refused(&[("host", &host), cookie]).status, 421, "{host}");
        assert_eq!(desk.ask("GET", "/", &[("host", &host)], None).status, 421, "the page itself: {host}");
    }

    // Another page's requests, even if the cookie came along.
    let cookie = ("cookie", desk.cookie.as_str());
    let post =
        |headers: &[(&str, &str)]| desk.ask("POST", "/api/orders/X/approve", headers, Some(json!({}))).status;
    assert_eq!(post(&[cookie]), 403, "a change without an origin");
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"] {
        assert_eq!(post(&[cookie, ("origin", origin)]), 403, "{origin}");
    }
    assert_eq!(refused(&[cookie, ("sec-fetch-site", "cross-site")]).status, 403);
    assert_eq!(
        refused(&[cookie, ("sec-fetch-site", "same-site")]).status,
        403,
        "another port is another site"
    );
    assert_eq!(refused(&[cookie, ("origin", &own)]).status, 200);

    // A link is for once; a nonsense link is for nothing.
    assert_eq!(desk.come_in(&desk.link).status, 403);
    assert_eq!(desk.come_in("http://x/#1.2.3").status, 403);

    let page = desk.get("/orders/ABCD-1234").ok();
    for header in [
        "cache-control: no-store",
        "content-security-policy: default-src 'none'",
        "x-frame-options: DENY",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(page.head.contains(header), "{header}: {}", page.head);
    }
    assert!(!page.head.contains("unsafe-inline") && !page.head.contains("unsafe-eval"));
    assert_eq!(desk.get("/assets/missing.js").status, 404);
    let file = agent.profile().join("desk.json");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    }
    assert!(!std::fs::read_to_string(file).unwrap().is_empty());
}

#[test]
fn an_order_is_looked_at_approved_and_sent_from_the_page() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let id = host.place(order(9, vec![node]));
    let desk = Desk::open(&agent);

    let listed = desk.get("/api/orders").ok().json();
    assert_eq!(listed["results"][0]["number"], id.number());
    let at = format!("/api/orders/{}", id.number());
    let shown = desk.get(&at).ok().json();
    assert_eq!(shown["order"]["customer"]["name"], "Ada");
    assert_eq!(shown["machine"], agent.machine().to_string());

    // The whole picture from the original: as large as asked for, and every pixel.
    for (query, size) in [("?edge=300", (300, 200)), ("", (1500, 1000))] {
        let picture = desk.get(&format!("{at}/lines/1/0/picture{query}")).ok();
        let decoded = image::load_from_memory(&picture.body).unwrap().to_rgb8();
        assert_eq!(decoded.dimensions(), size);
        // The gradient runs to the right in red, down in green.
        let (left, right) = (decoded.get_pixel(2, 2), decoded.get_pixel(size.0 - 3, 2));
        assert!(right[0] > left[0] + 200, "{left:?} {right:?}");
    }
    assert_eq!(desk.get(&format!("{at}/lines/7/0/picture")).status, 422);

    // A second link, from another terminal, opens the same page.
    let second = agent.json(&["desk", "--no-open"]);
    assert_eq!(second["address"], format!("http://127.0.0.1:{}", desk.port));
    desk.come_in(second["link"].as_str().unwrap()).ok();

    desk.post(&format!("{at}/mark-paid"), json!({})).ok();
    let approved = desk.post(&format!("{at}/approve"), json!({})).ok().json();
    assert_eq!(approved["number"], id.number());
    assert_eq!(host.state().orders[&id].state, OrderState::Approved);
    // The desk does the daemon's work too.
    until("the manifest is there", || host.manifests().len() == 1);
    let late = desk.post(&format!("{at}/cancel"), json!({ "reason": "too late" }));
    assert_eq!(late.status, 422);
    assert!(late.json()["why"].as_str().unwrap().contains("approved already"), "{}", late.json());
}

#[test]
fn an_open_page_goes_on_after_a_restart_and_hears_of_news() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let mut desk = Desk::open(&agent);
    let (port, cookie) = (desk.port, desk.cookie.clone());
    desk.child.kill().unwrap();
    desk.child.wait().unwrap();
    let again = Desk::open(&agent);
    assert_eq!(again.port, port, "the open page finds it where it was");
    let with_old = again.ask("GET", "/api/orders", &[("cookie", &cookie)], None);
    assert_eq!(with_old.status, 200);

    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let ask = format!("GET /api/events HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(ask.as_bytes()).unwrap();
    let mut events = BufReader::new(stream).lines().map_while(Result::ok).filter(|l| l == "event: moved");
    assert!(events.next().is_some(), "it looks once at once");
    host.place(order(9, vec![node]));
    assert!(events.next().is_some(), "the order arrives without being asked for");
}

#[test]
fn a_crop_is_changed_held_let_go_and_printed_as_changed() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let id = host.place(order(9, vec![node.clone()]));
    let desk = Desk::open(&agent);
    let at = format!("/api/orders/{}", id.number());

    // The right lower corner, in numbers with more digits than are kept.
    let crop = json!({
        "rect": { "x": 0.700_000_000_123_4, "y": 1.0 / 3.0, "width": 0.299_999_999_8, "height": 0.45 * 2.0 / 3.0 },
        "quarter_turns": 0, "angle": 0.0, "aspect": [6, 4],
    });
    let change = |revision: u64| {
        let change = json!({ "kind": "crop", "line": 1, "node": 0, "crop": crop });
        desk.post(&format!("{at}/adjust"), json!({ "revision": revision, "by": "Jo", "change": change }))
    };
    change(1).ok();
    let stale = change(1);
    assert_eq!(stale.status, 422);
    assert!(stale.json()["why"].as_str().unwrap().contains("changed meanwhile"), "{}", stale.json());
    let shown = desk.get(&at).ok().json();
    assert_eq!(shown["order"]["handling"]["adjustments"][0]["adjustment"]["by"], "Jo");
    // The agent knows its own change; what it says of it is that so small a part will look soft.
    assert!(shown["waiting"].as_str().unwrap().starts_with("low resolution"), "{shown}");

    desk.post(&format!("{at}/hold"), json!({ "reason": "ask the mother", "by": "Jo" })).ok();
    let held = desk.post(&format!("{at}/approve"), json!({ "revision": 3 }));
    assert_eq!(held.status, 422);
    assert!(held.json()["why"].as_str().unwrap().contains("ask the mother"), "{}", held.json());
    desk.post(&format!("{at}/hold"), json!({ "reason": null })).ok();
    desk.post(&format!("{at}/approve"), json!({ "revision": 4 })).ok();
    until("the manifest is there", || host.manifests().len() == 1);
    let manifest: wire::manifest::Manifest = host.manifests()[0].manifest.peek().unwrap();
    let file = &manifest.lines[0].files[0];
    assert!((file.crop.rect.x - 0.7).abs() < 1e-6, "{:?}", file.crop);
    let bytes =
        host.state().files.iter().find(|(key, _)| key.contains(&file.sha256.hex())).unwrap().1.clone();
    let print = image::load_from_memory(&bytes).unwrap().to_rgb8();
    // The gradient: red grows by one every six pixels, green every four.
    let (corner, end) = (print.get_pixel(4, 4), print.get_pixel(print.width() - 5, print.height() - 5));
    assert!(
        corner[0].abs_diff((1050 / 6) as u8) < 6 && corner[1].abs_diff((333 / 4) as u8) < 6,
        "{corner:?}"
    );
    assert!(end[0].abs_diff((1500 / 6) as u8) < 6 && end[1].abs_diff((633 / 4) as u8) < 6, "{end:?}");
}

#[test]
fn the_retouched_version_takes_the_place_of_the_ordered_one() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let id = host.place(order(9, vec![node.clone()]));
    let desk = Desk::open(&agent);
    let at = format!("/api/orders/{}", id.number());
    let newer = || {
        let change = json!({ "kind": "newer", "line": 1, "node": 0 });
        desk.post(&format!("{at}/adjust"), json!({ "revision": 1, "by": null, "change": change }))
    };
    let none = newer();
    assert_eq!(none.status, 422);
    assert!(none.json()["error"].as_str().unwrap().contains("no newer version"), "{}", none.json());
    // Exported again, bluer, under the same name.
    super::agent::draw(&agent.photos().join("one.jpg"), 5);
    agent.run(&["scan", agent.photos().to_str().unwrap()]).ok();
    assert_eq!(desk.get(&at).ok().json()["newer"], json!([[1, 0]]));
    newer().ok();
    let retouched = agent.node("one.jpg").version;
    assert_ne!(retouched, node.version);
    assert_eq!(host.state().orders[&id].lines[0].nodes[0].version, retouched);
    assert_eq!(
        host.state().orders[&id].lines[0].nodes[0].crop,
        node.crop,
        "the same shape, so the same crop"
    );
    let picture = desk.get(&format!("{at}/lines/1/0/picture?edge=300")).ok();
    let blue = image::load_from_memory(&picture.body).unwrap().to_rgb8().get_pixel(150, 100)[2];
    assert!(blue.abs_diff(200) < 8, "{blue}");
    desk.post(&format!("{at}/approve"), json!({ "revision": 2 })).ok();
    until("the manifest is there", || host.manifests().len() == 1);
}

#[test]
fn a_host_that_changes_an_order_itself_is_not_believed() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let id = host.place(order(9, vec![node]));
    agent.run(&["orders", "sync"]).ok();
    agent.run(&["orders", "adjust", &id.number(), "--line", "1", "--crop", "0.1,0.1,0.6,0.6"]).ok();
    // The host keeps the studio's signed change, and slips another quantity in beside it.
    host.state().orders.get_mut(&id).unwrap().lines[0].quantity = 9;
    agent.run(&["orders", "sync"]);
    let shown = agent.json(&["orders", "show", &id.number()]);
    assert!(shown["waiting"].as_str().unwrap().contains("another order under this number"), "{shown}");
}

#[test]
fn paused_nothing_is_sent_and_under_a_bound_everything_is() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let id = host.place(order(9, vec![node]));
    let desk = Desk::open(&agent);
    let paused = desk.post("/api/uploads", json!({ "pause": true })).ok().json();
    assert_eq!(paused, json!({ "paused": true, "kib_per_second": 0 }));
    desk.post(&format!("/api/orders/{}/approve", id.number()), json!({ "revision": 1 })).ok();
    // More than one round of the worker.
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(host.manifests().is_empty());
    let slow = desk.post("/api/uploads", json!({ "limit": 3 }));
    assert_eq!(slow.status, 422);
    assert!(slow.json()["fix"].as_str().unwrap().contains("at least 16"), "{}", slow.json());
    desk.post("/api/uploads", json!({ "limit": 4096, "pause": false })).ok();
    assert_eq!(desk.get("/api/uploads").ok().json(), json!({ "paused": false, "kib_per_second": 4096 }));
    until("the manifest is there", || host.manifests().len() == 1);
    // The terminal says the same.
    assert_eq!(agent.json(&["uploads"]), json!({ "paused": false, "kib_per_second": 4096 }));
}

#[test]
fn galleries_codes_cards_and_lists_are_at_the_desk() {
    let host = Host::start();
    let agent = Agent::at(&host);
    agent.pictures(&["one.jpg", "two.jpg"], 1);
    agent.run(&["gallery", "create", "Jo & Al", "--from", agent.photos().to_str().unwrap()]).ok();
    agent.run(&["gallery", "publish", "Jo & Al"]).ok();
    let desk = Desk::open(&agent);
    let listed = desk.get("/api/galleries").ok().json();
    let gallery = &listed["results"][0];
    assert_eq!(
        (gallery["name"].as_str(), gallery["published"].as_u64(), gallery["selected"].as_u64()),
        (Some("Jo & Al"), Some(2), Some(2))
    );
    let at = format!("/api/galleries/{}", gallery["gallery"].as_str().unwrap());
    assert_eq!(desk.get(&format!("{at}/codes")).ok().json()["results"], json!([]), "looking makes no code");
    let made = desk.post(&format!("{at}/codes"), json!({ "everybody": false })).ok().json();
    let there = desk.get(&format!("{at}/codes")).ok().json();
    assert_eq!(there["results"], made["results"]);
    let nobody = desk.post(&format!("{at}/codes"), json!({ "everybody": true }));
    assert_eq!(nobody.status, 422);
    assert!(nobody.json()["why"].as_str().unwrap().contains("roster is empty"));
    assert!(desk.get(&format!("{at}/cards.pdf")).ok().body.starts_with(b"%PDF-"));
    assert_eq!(desk.get(&format!("{at}/lists")).ok().json()["results"], json!([]));
    let frames = desk.get(&format!("{at}/photos")).ok().json();
    assert_eq!(frames["results"].as_array().unwrap().len(), 2);
    let photo = frames["results"][0]["photo"].as_str().unwrap();
    let thumbnail = desk.get(&format!("/api/photos/{photo}/thumbnail")).ok();
    assert_eq!(image::load_from_memory(&thumbnail.body).unwrap().width(), 400);
    assert_eq!(desk.get("/api/photos/nonsense/thumbnail").status, 400);
    assert!(desk.get("/api/doctor").ok().json()["results"].as_array().unwrap().len() > 5);
    desk.post("/api/scan", json!({})).ok();
}
