//! The edge of the host: headers, the site, unknown addresses, bodies, stopping.

use std::time::{Duration, Instant};

use crate::support::Running;

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let host = Running::start().await;
    for path in ["/", "/g/anything", "/api/nothing", "/img/x/y", "/healthz", "/assets/none.js"] {
        let answer = host.get(path).await;
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert!(!headers.contains_key("strict-transport-security"), "this host speaks plain HTTP");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_the_sites_and_everything_else_says_what_it_is() {
    let host = Running::start().await;
    let page = host.get("/some/page").await;
    assert_eq!(
        (page.status().as_u16(), page.headers()["cache-control"].to_str().unwrap()),
        (200, "no-cache")
    );
    let etag = page.headers()["etag"].clone();
    assert!(page.text().await.unwrap().to_ascii_lowercase().contains("<!doctype html"));
    let known = host.http.get(host.url("/")).header("if-none-match", etag).send().await.unwrap();
    assert_eq!(known.status(), 304);
    let packed = host.http.get(host.url("/")).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    for path in ["/api/nothing", "/assets/none.js", "/files/a", "/img/a"] {
        let answer = host.get(path).await;
        assert!(answer.status().is_client_error(), "{path}");
        let problem: wire::problem::Problem = answer.json().await.unwrap();
        assert!(!problem.message.is_empty());
    }
    assert_eq!(host.http.post(host.url("/")).send().await.unwrap().status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_a_limit() {
    let host = Running::start().await;
    let large = format!("{{\"code\":\"{}\"}}", "x".repeat(5 * 1024 * 1024));
    let answer = host
        .http
        .post(host.url(wire::route::GALLERY_OPEN))
        .header("content-type", "application/json")
        .body(large)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_counted_by_the_socket_whatever_the_client_claims() {
    let host = Running::start().await;
    let begun = Instant::now();
    for n in 0..9 {
        let answer = host
            .http
            .post(host.url(wire::route::GALLERY_OPEN))
            .header("x-darkslide-viewer-address", format!("203.0.113.{n}"))
            .header("x-forwarded-for", format!("203.0.113.{n}"))
            .json(&serde_json::json!({ "code": "0000-0000-0000" }))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_client_error());
    }
    // Five are free; the next take 100, 200, 400 and 800 ms.
    assert!(begun.elapsed() >= Duration::from_millis(1_400), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_serves_a_folder_and_stops_when_told() {
    let mut host = Running::start().await;
    let second = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = one_machine::Config::new(host.folder.path());
    let refused = one_machine::serve(config, second, std::future::pending()).await.unwrap_err();
    assert!(refused.to_string().contains("Another darkslide-host"), "{refused}");
    let begun = Instant::now();
    host.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(8));
    assert!(host.http.get(host.url("/healthz")).send().await.is_err());
}
