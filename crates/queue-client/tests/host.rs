//! The client against a small host in this process: sessions, renewals, transfers, refusals.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use domain::{Millis, id::LabId, studio::session_text};
use ed25519_dalek::SigningKey;
use queue_client::{ClientOptions, HostClient, HostError, Subject, Uploaded};
use wire::{
    Page,
    enrol::{OpenSession, Session},
    problem::Problem,
    publish::Grant,
    queue::{QueueAccess, QueueMessage},
    route,
    signed::{public_key, verify_text},
};

#[derive(Default)]
struct Seen {
    sessions: AtomicU32,
    uploads: AtomicU32,
    waits: Mutex<Vec<String>>,
    stored: Mutex<Vec<Bytes>>,
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

fn lab() -> LabId {
    LabId::from_bytes([1; 16])
}

async fn open(
    State(seen): State<Arc<Seen>>,
    headers: HeaderMap,
    Json(ask): Json<OpenSession>,
) -> Result<Json<Session>, StatusCode> {
    // As the host would: the address is the one in the request, not what the caller says.
    let host = format!("http://{}", headers["host"].to_str().unwrap());
    let text = session_text(&ask.subject, &host, Millis(ask.at), &ask.nonce);
    if !verify_text(&text, &ask.signature, &public_key(&key())) || ask.subject != lab().to_string() {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let n = seen.sessions.fetch_add(1, Ordering::SeqCst) + 1;
    Ok(Json(Session { token: format!("t{n}"), expires_at: ask.at + 3_600_000 }))
}

/// Knows only the second token: the first has been forgotten.
async fn pairings(headers: HeaderMap, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if headers["authorization"] != "Bearer t2" {
        let problem = Problem::new("session_over", "the session is over");
        return (StatusCode::UNAUTHORIZED, Json(problem)).into_response();
    }
    let page = match query.get("cursor").map(String::as_str) {
        None => Page { items: vec![1, 2], next: Some("a b&c".into()) },
        Some("a b&c") => Page { items: vec![3], next: None },
        Some(_) => Page { items: vec![], next: None },
    };
    Json(page).into_response()
}

async fn store(State(seen): State<Arc<Seen>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert!(!headers.contains_key("authorization"), "a session must not travel with an upload");
    assert_eq!(headers["if-none-match"], "*");
    let mut stored = seen.stored.lock().unwrap();
    match seen.uploads.fetch_add(1, Ordering::SeqCst) {
        0 => StatusCode::CONFLICT,
        1 => StatusCode::SERVICE_UNAVAILABLE,
        _ if stored.contains(&body) => StatusCode::PRECONDITION_FAILED,
        _ => {
            stored.push(body);
            StatusCode::CREATED
        }
    }
}

async fn queue(State(seen): State<Arc<Seen>>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    seen.waits.lock().unwrap().push(query["wait"].clone());
    Json(vec![QueueMessage { receipt: "r".into(), body: "{}".into(), receives: 1 }]).into_response()
}

async fn start() -> (HostClient, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let app = Router::new()
        .route(route::LAB_SESSION, post(open))
        .route(route::LAB_PAIRINGS, get(pairings))
        .route(route::LAB_QUEUE, get(queue))
        .route(route::LAB_QUEUE_ACCESS, get(async || Json(QueueAccess::Http)))
        .route("/files/x", put(store).get(async || vec![7u8; 1000]))
        .route(
            "/files/denied",
            get(async || (StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code>\x1b[31m</Error>")),
        )
        .route("/away", get(async || (StatusCode::FOUND, [("location", "http://example.org/")])))
        .route(
            "/no",
            get(async || {
                let problem = Problem::new("busy", "too many requests").hint("wait");
                (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")], Json(problem))
            }),
        )
        .with_state(seen.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (HostClient::new(&base, Subject::Lab(lab()), key(), &ClientOptions::default()).unwrap(), seen)
}

fn grant(url: &str) -> Grant {
    Grant {
        key: "k".into(),
        method: "PUT".into(),
        url: url.into(),
        headers: BTreeMap::from([
            ("If-None-Match".into(), "*".into()),
            ("content-length".into(), "5".into()),
        ]),
        expires_at: i64::MAX,
    }
}

#[tokio::test]
async fn a_forgotten_session_is_renewed_once_and_pages_are_followed() {
    let (client, seen) = start().await;
    let items: Vec<u32> = client.get_all(route::LAB_PAIRINGS).await.unwrap();
    assert_eq!(items, [1, 2, 3]);
    assert_eq!(seen.sessions.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn uploads_repeat_what_passes_and_meet_themselves() {
    let (client, seen) = start().await;
    let body = Bytes::from_static(b"hello");
    assert_eq!(client.upload(&grant("/files/x"), body.clone()).await.unwrap(), Uploaded::Stored);
    assert_eq!(client.upload(&grant("/files/x"), body).await.unwrap(), Uploaded::AlreadyThere);
    assert_eq!(seen.uploads.load(Ordering::SeqCst), 4);
    let shorter = client.upload(&grant("/files/x"), Bytes::from_static(b"hell")).await;
    assert!(matches!(shorter, Err(HostError::WrongLength { expected: 5, found: 4, .. })));
    assert_eq!(seen.uploads.load(Ordering::SeqCst), 4, "nothing was sent");
}

#[tokio::test]
async fn downloads_stop_at_the_promised_length() {
    let (client, _) = start().await;
    assert_eq!(client.download("/files/x", 1000).await.unwrap().len(), 1000);
    assert!(matches!(client.download("/files/x", 999).await, Err(HostError::TooLarge { max: 999, .. })));
    let denied = client.download("/files/denied", 10).await.unwrap_err();
    assert_eq!(denied.status(), Some(403));
    assert!(!denied.is_retryable() && !denied.to_string().contains('\x1b'), "{denied}");
}

#[tokio::test]
async fn refusals_say_what_to_do_and_redirects_are_not_followed() {
    let (client, _) = start().await;
    let busy = client.get::<u32>("/no").await.unwrap_err();
    assert_eq!((busy.code(), busy.retry_after()), (Some("busy"), Some(Duration::from_secs(7))));
    assert!(busy.is_retryable());
    assert_eq!(busy.hint().as_deref(), Some("wait"));
    assert_eq!(client.get::<u32>("/away").await.unwrap_err().status(), Some(302));
}

#[tokio::test]
async fn the_queue_is_polled_in_whole_seconds() {
    let (client, seen) = start().await;
    assert_eq!(client.receive(Duration::from_secs(90)).await.unwrap().len(), 1);
    client.receive(Duration::from_millis(10)).await.unwrap();
    assert_eq!(*seen.waits.lock().unwrap(), ["20", "0"]);
}

#[tokio::test]
async fn a_host_that_is_down_is_named_with_a_next_step() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = HostClient::anonymous(&base, &ClientOptions::default()).unwrap();
    let error = client.get::<u32>("/x").await.unwrap_err();
    assert!(error.is_retryable());
    assert!(error.to_string().contains("Connection refused") && error.to_string().contains(&base), "{error}");
    assert!(error.hint().unwrap().contains("tries again by itself"));
    assert!(matches!(client.receive(Duration::ZERO).await, Err(HostError::NotSignedIn)));
}

#[tokio::test]
async fn a_wrong_clock_is_named_as_the_cause() {
    let refuse = async || {
        let problem = Problem::new("bad_session", "the signature is too old");
        (StatusCode::UNAUTHORIZED, [("date", "Sun, 06 Nov 1994 08:49:37 GMT")], Json(problem))
    };
    let app = Router::new().route(route::LAB_SESSION, post(refuse));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let client = HostClient::new(&base, Subject::Lab(lab()), key(), &ClientOptions::default()).unwrap();
    let error = client.get::<u32>(route::LAB_PAIRINGS).await.unwrap_err();
    assert!(matches!(error, HostError::Clock { seconds: 1.., .. }), "{error}");
}
