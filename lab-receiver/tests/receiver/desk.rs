//! The desk's page: who may open it, what it shows, and that its buttons do what the commands do.

use std::{path::Path, process::Stdio, time::Duration};

use domain::order::Stage;
use reqwest::{Client, StatusCode, header};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Child,
};

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{ORDER, Studio, line, print},
};

struct Desk {
    link: String,
    origin: String,
    cookie: String,
    client: Client,
    _process: Child,
}

async fn open(lab: &Lab) -> Desk {
    let mut process = lab.command(&["--json", "desk", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).await.unwrap();
    let said: serde_json::Value = serde_json::from_str(&first).unwrap();
    let link = said["url"].as_str().unwrap().to_owned();
    let origin = link.split("/open/").next().unwrap().to_owned();
    // Gives the process its TLS provider, without which no client is made.
    let options = queue_client::ClientOptions::default();
    queue_client::http_client(&origin.parse().unwrap(), &options).unwrap();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let opened = client.get(&link).send().await.unwrap();
    assert_eq!(opened.status(), StatusCode::SEE_OTHER);
    let cookie = opened.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    Desk { link, origin, cookie, client, _process: process }
}

impl Desk {
    async fn page(&self, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{path}", self.origin));
        request.header("cookie", &self.cookie).send().await.unwrap()
    }
    async fn text(&self) -> String {
        self.page("/").await.text().await.unwrap()
    }
    async fn post(&self, path: &str, form: &str, origin: Option<&str>) -> StatusCode {
        let mut request = self.client.post(format!("{}{path}", self.origin)).header("cookie", &self.cookie);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let form = request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        form.send().await.unwrap().status()
    }
    async fn act(&self, path: &str, form: &str) {
        assert_eq!(self.post(path, form, Some(&self.origin)).await, StatusCode::SEE_OTHER, "{path} {form}");
    }
}

/// An order of which one line is a question and one is printed, from a customer with a hostile name.
async fn given() -> (FakeHost, Lab) {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [vec![print(0, 1, 480, 600)], vec![print(0, 2, 600, 400), print(1, 3, 400, 600)]];
    let mut lines = vec![line(1, 2, &prints[0]), line(2, 1, &prints[1])];
    (lines[1].width_in, lines[1].height_in) = (4.0, 6.0);
    let mut manifest = studio.manifest(1, lines);
    manifest.customer.name = "<script>alert(1)</script> \"Łucja\"".into();
    let files: Vec<_> = prints.iter().flatten().collect();
    studio.deliver(&host, &manifest, &files);
    lab.crash_at("after-hand-over").await;
    // The files of line 1 are gone, as if the printer had taken them; or was it never there?
    std::fs::remove_dir_all(lab.path("hot")).unwrap();
    // Another order is printed and can be packed.
    let whole = [print(0, 4, 600, 480)];
    let mut second = studio.manifest(1, vec![line(1, 12, &whole)]);
    second.order = domain::id::OrderId::from_bytes([61; 16]);
    second.number = second.order.number();
    studio.deliver(&host, &second, &[&whole[0]]);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    (host, lab)
}

#[tokio::test]
async fn only_the_secret_link_and_the_page_itself_may_act() {
    let (_host, lab) = given().await;
    let desk = open(&lab).await;
    let get = |path: &str| desk.client.get(format!("{}{path}", desk.origin));
    assert_eq!(get("/").send().await.unwrap().status(), StatusCode::FORBIDDEN, "no cookie");
    assert_eq!(get("/open/0123").send().await.unwrap().status(), StatusCode::FORBIDDEN, "a guessed link");
    let renamed = get("/").header("cookie", &desk.cookie).header("host", "evil.example:80");
    assert_eq!(
        renamed.send().await.unwrap().status(),
        StatusCode::FORBIDDEN,
        "a foreign name for this address"
    );
    let page = desk.page("/").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers()["cache-control"], "no-store");
    let form = format!("order={ORDER}&lines=1&answer=print_again");
    for origin in [None, Some("http://evil.example"), Some("null"), Some("http://127.0.0.1:1")] {
        assert_eq!(desk.post("/release", &form, origin).await, StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert!(lab.run(&["hold", "list"]).await.out.contains("was it printed?"), "nothing happened");
}

#[tokio::test]
async fn questions_are_answered_lines_remade_and_orders_sent_off() {
    let (host, lab) = given().await;
    let desk = open(&lab).await;
    let number = ORDER.number();
    let text = desk.text().await;
    assert!(
        text.contains(&number) && text.contains("was it printed?") && text.contains("It is there: go on"),
        "{text}"
    );
    assert!(!text.contains("<script>alert") && text.contains("&lt;script&gt;alert"), "{text}");
    let question = 1;
    let picture = desk.page(&format!("/picture/{ORDER}/1/{question}/1")).await;
    assert_eq!(picture.headers()["content-type"], "image/jpeg");
    assert!(picture.bytes().await.unwrap().starts_with(&[0xFF, 0xD8]));
    assert_eq!(desk.page(&format!("/picture/{ORDER}/1/9/1")).await.status(), StatusCode::NOT_FOUND);
    assert!(desk.page(&format!("/ticket/{ORDER}/1")).await.bytes().await.unwrap().starts_with(b"%PDF-"));

    look(&desk.link, &lab.path("look")).await;

    // A second browser tab hears of what this one does.
    let seen = text.split("data-seen=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let live = tokio::spawn({
        let (client, url, cookie) =
            (desk.client.clone(), format!("{}/live?seen={seen}", desk.origin), desk.cookie.clone());
        async move { client.get(url).header("cookie", cookie).send().await.unwrap().status() }
    });
    desk.act("/release", &format!("order={ORDER}&lines={question}&answer=printed")).await;
    assert_eq!(tokio::time::timeout(Duration::from_secs(15), live).await.unwrap().unwrap(), StatusCode::OK);
    let text = desk.text().await;
    assert!(text.contains("taken as printed") && text.contains("Nothing waits for you"), "{text}");
    assert!(!desk.text().await.contains("taken as printed"), "said once");

    desk.act("/remake", &format!("order={ORDER}&line=2&reason=scratched&more=left+corner")).await;
    assert!(desk.text().await.contains("scratched: left corner"));
    desk.act("/ship", &format!("order={ORDER}&carrier=DHL&tracking=JD0001")).await;
    assert!(desk.text().await.contains("is not complete"), "a remake is open");
    lab.run(&["run", "--once"]).await.ok();
    desk.act("/ship", &format!("order={ORDER}&carrier=DHL&tracking=JD0001")).await;
    assert!(desk.text().await.contains("has left"));
    lab.run(&["run", "--once"]).await.ok();
    assert!(host.book().reports.iter().any(|r| r.tracking.as_deref() == Some("DHL JD0001")));
    assert_eq!(host.stages(question, 1).last(), Some(&(Stage::Shipped, false)));
}

/// Screenshots and an accessibility check in a real browser, where one is installed.
async fn look(link: &str, to: &Path) {
    let e2e = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/e2e");
    if !e2e.join("node_modules/@axe-core/playwright").exists() || !Path::new("/usr/bin/chromium").exists() {
        eprintln!("skipped: no browser to look with (tests/setup/node.sh tests/e2e, tests/setup/apt.sh)");
        return;
    }
    let to = std::env::var("DARKSLIDE_LOOK").map_or_else(|_| to.to_owned(), Into::into);
    let mut node = tokio::process::Command::new("node");
    let looked = node.arg("desk.mjs").arg(link).arg(&to).current_dir(&e2e).output().await.unwrap();
    let said =
        String::from_utf8_lossy(&looked.stdout).into_owned() + &String::from_utf8_lossy(&looked.stderr);
    assert!(looked.status.success(), "{said}");
}
