//! A stand-in for Stripe that follows its published API (https://docs.stripe.com/api) as far as this host uses
//! it: bearer keys, form-encoded requests, idempotency keys, checkout sessions, payment intents, refunds, and
//! signed webhook messages. What Stripe refuses it refuses too.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

pub const KEY: &str = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";
pub const WEBHOOK: &str = "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH";

#[derive(Default)]
pub struct Books {
    pub sessions: BTreeMap<String, Value>,
    pub intents: BTreeMap<String, Value>,
    pub refunds: Vec<String>,
    /// Key → request and answer.
    repeats: BTreeMap<String, (String, Value)>,
    /// Answers 503 to so many requests.
    pub down: u32,
    pub requests: u32,
}

pub struct Stripe {
    pub address: String,
    pub books: Arc<Mutex<Books>>,
}

type Answer = (StatusCode, Json<Value>);

fn refuse(status: u16, kind: &str, message: &str) -> Answer {
    let status = StatusCode::from_u16(status).unwrap();
    (status, Json(json!({ "error": { "type": kind, "message": message } })))
}

impl Stripe {
    pub async fn start() -> Self {
        let books = Arc::<Mutex<Books>>::default();
        let app = Router::new()
            .route("/v1/checkout/sessions", post(make_session))
            .route("/v1/checkout/sessions/{id}", get(read_session))
            .route("/v1/checkout/sessions/{id}/expire", post(expire))
            .route("/v1/payment_intents/{id}", get(read_intent))
            .route("/v1/refunds", post(refund))
            .with_state(books.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, books }
    }

    /// The customer pays on Stripe's page. The message Stripe sends of it.
    pub fn pay(&self, session: &str) -> Value {
        let mut books = self.books.lock().unwrap();
        let intent = format!("pi_{}", session.trim_start_matches("cs_test_"));
        let session = books.sessions.get_mut(session).unwrap();
        assert_eq!(session["status"], "open", "Stripe shows no page for a session that is over");
        session["status"] = json!("complete");
        session["payment_status"] = json!("paid");
        session["payment_intent"] = json!(intent);
        session["url"] = Value::Null;
        let session = session.clone();
        let made = json!({
            "id": intent, "object": "payment_intent", "amount": session["amount_total"],
            "currency": session["currency"], "status": "succeeded", "metadata": session["intent_metadata"],
        });
        books.intents.insert(intent, made);
        event("checkout.session.completed", session)
    }

    pub fn session(&self) -> Value {
        self.books.lock().unwrap().sessions.values().last().cloned().unwrap()
    }
}

/// As Stripe wraps what it tells of.
pub fn event(kind: &str, object: Value) -> Value {
    json!({
        "id": "evt_1NG8Du2eZvKYlo2CUI79vXWy", "object": "event", "api_version": "2024-06-20", "created": 1_700_000_000,
        "type": kind, "data": { "object": object }, "livemode": false,
    })
}

/// `Stripe-Signature`, as Stripe's documentation says it is computed; tests/payment holds signatures of Stripe's
/// own library for the same check.
pub fn sign(secret: &str, at_seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at_seconds}.").as_bytes());
    mac.update(body);
    format!("t={at_seconds},v1={}", data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()))
}

type Shared = State<Arc<Mutex<Books>>>;

fn authorised(books: &mut Books, headers: &HeaderMap) -> Result<(), Answer> {
    books.requests += 1;
    if books.down > 0 {
        books.down -= 1;
        return Err(refuse(503, "api_error", "Something went wrong on Stripe's end."));
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    if text("authorization") != format!("Bearer {KEY}") {
        return Err(refuse(401, "invalid_request_error", "Invalid API Key provided"));
    }
    if text("stripe-version").len() != 10 {
        return Err(refuse(400, "invalid_request_error", "a version is expected"));
    }
    Ok(())
}

/// The same key with the same request is answered as before; with another one it is an error.
fn repeated(books: &Books, headers: &HeaderMap, body: &str) -> Option<Answer> {
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok())?;
    assert!(key.len() <= 255, "Stripe takes keys of up to 255 characters");
    let (before, answer) = books.repeats.get(key)?;
    Some(if before == body {
        (StatusCode::OK, Json(answer.clone()))
    } else {
        refuse(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters",
        )
    })
}

fn remember(books: &mut Books, headers: &HeaderMap, body: &str, answer: &Value) {
    if let Some(key) = headers.get("idempotency-key").and_then(|v| v.to_str().ok()) {
        books.repeats.insert(key.to_owned(), (body.to_owned(), answer.clone()));
    }
}

fn form(body: &str) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://x/?{body}")).unwrap();
    url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
}

async fn make_session(State(books): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let mut books = books.lock().unwrap();
    if let Err(no) = authorised(&mut books, &headers) {
        return no;
    }
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    let body = String::from_utf8(body.to_vec()).unwrap();
    if let Some(before) = repeated(&books, &headers, &body) {
        return before;
    }
    let form = form(&body);
    let value = |name: &str| form.get(name).cloned().unwrap_or_default();
    let amount: i64 = match value("line_items[0][price_data][unit_amount]").parse() {
        Ok(amount) if amount > 0 => amount,
        _ => return refuse(400, "invalid_request_error", "Invalid integer: unit_amount"),
    };
    let currency = value("line_items[0][price_data][currency]");
    let complete = value("mode") == "payment"
        && value("line_items[0][quantity]") == "1"
        && !value("line_items[0][price_data][product_data][name]").is_empty()
        && value("success_url").starts_with("http")
        && currency.len() == 3
        && currency.bytes().all(|b| b.is_ascii_lowercase());
    if !complete {
        return refuse(400, "invalid_request_error", "Missing required param");
    }
    let id = format!("cs_test_{:04}", books.sessions.len() + 1);
    let metadata = |prefix: &str| -> Value {
        let name = format!("{prefix}[darkslide_order]");
        form.get(&name).map_or(json!({}), |order| json!({ "darkslide_order": order }))
    };
    let session = json!({
        "id": id, "object": "checkout.session", "status": "open", "payment_status": "unpaid", "mode": "payment",
        "url": format!("https://checkout.stripe.com/c/pay/{id}"), "amount_total": amount, "currency": currency,
        "metadata": metadata("metadata"), "intent_metadata": metadata("payment_intent_data[metadata]"),
        "payment_intent": null, "client_reference_id": value("client_reference_id"),
        "success_url": value("success_url"),
    });
    books.sessions.insert(id, session.clone());
    remember(&mut books, &headers, &body, &session);
    (StatusCode::OK, Json(session))
}

async fn read_session(State(books): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let mut books = books.lock().unwrap();
    if let Err(no) = authorised(&mut books, &headers) {
        return no;
    }
    match books.sessions.get(&id) {
        Some(session) => (StatusCode::OK, Json(session.clone())),
        None => refuse(404, "invalid_request_error", "No such checkout.session"),
    }
}

async fn expire(State(books): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let mut books = books.lock().unwrap();
    if let Err(no) = authorised(&mut books, &headers) {
        return no;
    }
    match books.sessions.get_mut(&id) {
        Some(session) if session["status"] == "open" => {
            session["status"] = json!("expired");
            (StatusCode::OK, Json(session.clone()))
        }
        Some(_) => refuse(
            400,
            "invalid_request_error",
            "Only Checkout Sessions with a status in [\"open\"] can be expired.",
        ),
        None => refuse(404, "invalid_request_error", "No such checkout.session"),
    }
}

async fn read_intent(State(books): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let mut books = books.lock().unwrap();
    if let Err(no) = authorised(&mut books, &headers) {
        return no;
    }
    match books.intents.get(&id) {
        Some(intent) => (StatusCode::OK, Json(intent.clone())),
        None => refuse(404, "invalid_request_error", "No such payment_intent"),
    }
}

async fn refund(State(books): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let mut books = books.lock().unwrap();
    if let Err(no) = authorised(&mut books, &headers) {
        return no;
    }
    let body = String::from_utf8(body.to_vec()).unwrap();
    if let Some(before) = repeated(&books, &headers, &body) {
        return before;
    }
    let intent = form(&body).remove("payment_intent").unwrap_or_default();
    if !books.intents.contains_key(&intent) {
        return refuse(404, "invalid_request_error", "No such payment_intent");
    }
    if books.refunds.contains(&intent) {
        return refuse(400, "invalid_request_error", "Charge has already been refunded.");
    }
    books.refunds.push(intent.clone());
    let answer = json!({ "id": "re_1", "object": "refund", "payment_intent": intent, "status": "succeeded" });
    remember(&mut books, &headers, &body, &answer);
    (StatusCode::OK, Json(answer))
}
