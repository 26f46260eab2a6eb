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
