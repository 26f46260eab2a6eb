//! The queue at Amazon SQS, played by a small server that speaks its JSON protocol: renewals, refusals,
//! throttling and a wrong clock.

#![cfg(feature = "sqs")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{Millis, id::MachineId};
use ed25519_dalek::SigningKey;
use queue_client::{ClientOptions, HostClient, HostError, Subject};
use serde_json::{Value, json};
use wire::{enrol::Session, queue::QueueAccess, route};

#[derive(Default)]
struct Amazon {
    address: Mutex<String>,
    /// How often the host was asked for credentials.
    handed_out: AtomicU32,
    /// The only access key SQS takes is `key-<this>`; zero takes any.
    good: AtomicU32,
    /// SQS answers this many requests with a throttling error.
    throttled: AtomicU32,
    /// The host's clock minus this computer's.
    ahead: AtomicI64,
    lifetime: AtomicI64,
    host_is_away: AtomicU32,
    /// Handed out instead of this server's own queue.
    elsewhere: Mutex<Option<QueueAccess>>,
    seen: Mutex<Vec<(String, String, Value)>>,
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

impl Amazon {
    fn host_now(&self) -> i64 {
        now() + self.ahead.load(Ordering::SeqCst) * 1000
    }

    fn date(&self) -> String {
        let at = Duration::from_millis(u64::try_from(self.host_now()).unwrap());
        httpdate(at.as_secs())
    }
}

/// IMF-fixdate, by way of the calendar the standard library lacks.
fn httpdate(seconds: u64) -> String {
    let days = i64::try_from(seconds / 86_400).unwrap() + 719_468;
    let era = days.div_euclid(146_097);
    let doe = days.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months[usize::try_from(month).unwrap() - 1];
    let (h, m, s) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("Sun, {day:02} {month} {year} {h:02}:{m:02}:{s:02} GMT")
}

async fn session(State(amazon): State<Arc<Amazon>>, Json(ask): Json<Value>) -> Response {
    let off = ask["at"].as_i64().unwrap() - amazon.host_now();
    let date = [("date", amazon.date())];
    if off.abs() > 300_000 {
        let problem = wire::problem::Problem::new("clock_skew", "the clock is wrong");
        return (StatusCode::FORBIDDEN, date, Json(problem)).into_response();
    }
    let session = Session { token: "t".into(), expires_at: amazon.host_now() + 3_600_000 };
    (date, Json(session)).into_response()
}

async fn access(State(amazon): State<Arc<Amazon>>) -> Response {
    if amazon.host_is_away.load(Ordering::SeqCst) > 0 {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let n = amazon.handed_out.fetch_add(1, Ordering::SeqCst) + 1;
    let address = amazon.address.lock().unwrap().clone();
    let elsewhere = amazon.elsewhere.lock().unwrap().clone();
    let access = elsewhere.unwrap_or_else(|| QueueAccess::Sqs {
        queue_url: format!("{address}/000000000000/agent-x"),
        region: "eu-central-1".into(),
        endpoint: Some(address),
        access_key_id: format!("key-{n}"),
        secret_access_key: "secret".into(),
        session_token: "token".into(),
        expires_at: Millis(amazon.host_now() + amazon.lifetime.load(Ordering::SeqCst)),
    });
    ([("date", amazon.date())], Json(access)).into_response()
}

async fn sqs(State(amazon): State<Arc<Amazon>>, headers: HeaderMap, body: String) -> Response {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (target, signature) = (text("x-amz-target"), text("authorization"));
    let body: Value = serde_json::from_str(&body).unwrap();
    let deletes_old = body["ReceiptHandle"] == "old";
    amazon.seen.lock().unwrap().push((target.clone(), text("x-amz-date"), body));
    let refuse = |code: &str| {
        (StatusCode::BAD_REQUEST, Json(json!({"__type": code, "message": "refused"}))).into_response()
    };
    if amazon.throttled.load(Ordering::SeqCst) > 0 {
        amazon.throttled.fetch_sub(1, Ordering::SeqCst);
        return refuse("com.amazonaws.sqs#RequestThrottled");
    }
    let good = amazon.good.load(Ordering::SeqCst);
    if good > 0 && !signature.contains(&format!("Credential=key-{good}/")) {
        return refuse("com.amazon.coral.service#ExpiredTokenException");
    }
    let message = json!({"MessageId": "m", "ReceiptHandle": "r", "Body": "{}",
        "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b", "Attributes": {"ApproximateReceiveCount": "3"}});
    Json(match target.as_str() {
        "AmazonSQS.ReceiveMessage" => json!({"Messages": [message]}),
        "AmazonSQS.DeleteMessage" if deletes_old => {
            return refuse("com.amazonaws.sqs#ReceiptHandleIsInvalid");
        }
        _ => json!({}),
    })
    .into_response()
}

async fn start() -> (HostClient, Arc<Amazon>) {
    let amazon = Arc::new(Amazon::default());
    amazon.lifetime.store(3_600_000, Ordering::SeqCst);
    let app = Router::new()
        .route(route::STUDIO_SESSION, post(session))
        .route(route::STUDIO_QUEUE_ACCESS, get(access))
        .route("/", post(sqs))
        .with_state(amazon.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    *amazon.address.lock().unwrap() = address.clone();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let (subject, key) = (Subject::Machine(MachineId::from_bytes([1; 16])), SigningKey::from_bytes(&[9; 32]));
    (HostClient::new(&address, subject, key, &ClientOptions::default()).unwrap(), amazon)
}

#[tokio::test]
async fn messages_come_are_deleted_and_extended_with_one_set_of_credentials() {
    let (client, amazon) = start().await;
    let messages = client.receive(Duration::from_secs(7)).await.unwrap();
    assert_eq!((messages[0].receipt.as_str(), messages[0].receives), ("r", 3));
    // A receipt too old is no error, and keeps no other from being deleted.
    client.delete_messages(vec!["old".into(), "r".into()]).await.unwrap();
    client.extend("r", 120).await.unwrap();
    assert_eq!(amazon.handed_out.load(Ordering::SeqCst), 1);
    let seen = amazon.seen.lock().unwrap();
    let (target, _, receive) = &seen[0];
    assert_eq!(target, "AmazonSQS.ReceiveMessage");
    assert_eq!((&receive["WaitTimeSeconds"], &receive["MaxNumberOfMessages"]), (&json!(7), &json!(10)));
    assert_eq!(receive["QueueUrl"], json!(format!("{}/000000000000/agent-x", client.origin())));
    assert_eq!((&seen[1].2["ReceiptHandle"], &seen[2].2["ReceiptHandle"]), (&json!("old"), &json!("r")));
    assert_eq!(seen[3].2["VisibilityTimeout"], 120);
}

#[tokio::test]
async fn ended_credentials_are_renewed_once_and_then_said() {
    let (client, amazon) = start().await;
    client.receive(Duration::ZERO).await.unwrap();
    // What was handed out first has ended at SQS, earlier than promised.
    amazon.good.store(2, Ordering::SeqCst);
    client.receive(Duration::ZERO).await.unwrap();
    assert_eq!(amazon.handed_out.load(Ordering::SeqCst), 2);
    // Nothing the host hands out is good: said, not tried for ever.
    amazon.good.store(99, Ordering::SeqCst);
    let error = client.receive(Duration::ZERO).await.unwrap_err();
    assert!(matches!(error, HostError::Sqs { passing: false, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("ExpiredToken") && text.len() < 200 && !text.contains("secret"), "{text}");
    assert_eq!(amazon.handed_out.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn credentials_about_to_end_are_renewed_before() {
    let (client, amazon) = start().await;
    amazon.lifetime.store(0, Ordering::SeqCst);
    client.receive(Duration::ZERO).await.unwrap();
    client.receive(Duration::ZERO).await.unwrap();
    assert_eq!(amazon.handed_out.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn while_the_host_is_away_credentials_that_hold_are_used_on() {
    let (client, amazon) = start().await;
    // Due for renewal after 0.9 of this at the latest, good until its end.
    amazon.lifetime.store(12_000, Ordering::SeqCst);
    client.receive(Duration::ZERO).await.unwrap();
    amazon.host_is_away.store(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(10_900)).await;
    client.receive(Duration::ZERO).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    let error = client.receive(Duration::ZERO).await.unwrap_err();
    assert!(error.is_retryable() && error.status() == Some(503), "{error}");
    amazon.host_is_away.store(0, Ordering::SeqCst);
    client.receive(Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let (client, amazon) = start().await;
    amazon.throttled.store(2, Ordering::SeqCst);
    assert_eq!(client.receive(Duration::ZERO).await.unwrap().len(), 1);
    amazon.throttled.store(99, Ordering::SeqCst);
    let error = client.receive(Duration::ZERO).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(amazon.handed_out.load(Ordering::SeqCst), 1, "throttling is no reason for new credentials");
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_by_the_hosts() {
    for seconds in [4_000, -90_000] {
        let (client, amazon) = start().await;
        amazon.ahead.store(seconds, Ordering::SeqCst);
        client.receive(Duration::ZERO).await.unwrap();
        let offset = client.clock_offset_seconds().unwrap();
        assert!((offset - seconds).abs() <= 2, "{offset}");
        // The signature's own time: 20261122T224500Z.
        let signed = amazon.seen.lock().unwrap()[0].1.clone();
        let host = httpdate(u64::try_from(amazon.host_now() / 1000).unwrap());
        let (day, hour) = (&host[5..7], &host[17..19]);
        assert!(&signed[6..8] == day && &signed[9..11] == hour, "{signed} is not near {host}");
    }
}

/// Another implementation than ours and the emulator's checks what we sign. Started by tests/aws/signatures.py.
#[tokio::test]
async fn signatures_in_headers_are_what_another_implementation_expects() {
    let Ok(expected) = std::env::var("DARKSLIDE_SIGNATURES") else {
        eprintln!(
            "skipped: DARKSLIDE_SIGNATURES is not set. tests/aws/signatures.py sets it, as `make test-aws` does"
        );
        return;
    };
    let session: Value = serde_json::from_str(&std::env::var("DARKSLIDE_SESSION").unwrap()).unwrap();
    let text = |name: &str| session[name].as_str().unwrap().to_owned();
    let (client, amazon) = start().await;
    *amazon.elsewhere.lock().unwrap() = Some(QueueAccess::Sqs {
        queue_url: text("queue_url"),
        region: std::env::var("AWS_REGION").unwrap(),
        endpoint: Some(std::env::var("AWS_ENDPOINT_URL").unwrap()),
        access_key_id: text("access_key_id"),
        secret_access_key: text("secret_access_key"),
        session_token: text("session_token"),
        expires_at: Millis(amazon.host_now() + 3_600_000),
    });
    let answer = client.receive(Duration::ZERO).await;
    if expected == "accepted" {
        let message = answer.unwrap().remove(0);
        client.extend(&message.receipt, 30).await.unwrap();
        client.delete_messages(vec![message.receipt]).await.unwrap();
        return;
    }
    let error = answer.unwrap_err();
    assert!(matches!(error, HostError::Sqs { passing: false, .. }), "{error}");
    let why = error.to_string();
    // moto says why in XML, whatever was asked in; SQS answers JSON with JSON.
    assert!(
        why.contains(&expected) || why.contains("HTTP 403"),
        "refused for another reason than {expected}: {why}"
    );
    assert!(!why.contains(&text("secret_access_key")), "{why}");
    // New credentials were asked for once; these were no better.
    assert_eq!(amazon.handed_out.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_takes_long_stays_hidden_meanwhile() {
    let (client, amazon) = start().await;
    let messages = client.receive(Duration::ZERO).await.unwrap();
    let every = Duration::from_millis(40);
    let work = async {
        // Until two heartbeats were seen.
        while amazon.seen.lock().unwrap().len() < 3 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        "done"
    };
    assert_eq!(client.while_hidden(&messages, every, work).await, "done");
    let after = amazon.seen.lock().unwrap().len();
    for (target, _, body) in &amazon.seen.lock().unwrap()[1..] {
        assert_eq!(target, "AmazonSQS.ChangeMessageVisibility");
        assert_eq!((&body["ReceiptHandle"], &body["VisibilityTimeout"]), (&json!("r"), &json!(10)));
    }
    tokio::time::sleep(every * 3).await;
    assert_eq!(amazon.seen.lock().unwrap().len(), after, "with the work the heartbeat ends");
    // Work that is done at once needs none.
    assert_eq!(client.while_hidden(&messages, every, async { 1 }).await, 1);
}
