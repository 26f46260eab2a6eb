//! A host small enough to lie on demand: the lab's routes over a state that tests can reach into.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    id::{LabId, OrderId, StudioId},
    order::Stage,
    studio::{PairingState, PublicKey},
};
use wire::{
    Page,
    enrol::{EnrolLab, LabEnrolled, OpenSession, Session},
    lab::*,
    problem::Problem,
    queue::{QueueAccess, QueueMessage, QueueReceipts},
    route,
    signed::Signed,
};

#[derive(Default)]
pub struct Book {
    pub lab_key: Option<PublicKey>,
    pub pairings: Vec<PairingInfo>,
    pub deliveries: Vec<DeliveryFiles>,
    pub files: HashMap<String, Vec<u8>>,
    pub claims: BTreeMap<(OrderId, u32, u32), ClaimPrint>,
    pub claim_answer: Option<ClaimAnswer>,
    pub lease_elsewhere: bool,
    pub reports: Vec<LabReport>,
    pub reports_down: bool,
    pub agains: Vec<(u32, String)>,
    pub messages: Vec<QueueMessage>,
    pub deleted: Vec<String>,
    pub faults: Option<Faults>,
}

/// A bad line between lab and host.
pub struct Faults {
    pub chance: Chance,
    /// Of requests, in hundredths: half never arrive, half are done and their answer is lost.
    pub lost: u64,
}

/// Repeatable randomness (xorshift).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
    /// True so many times in a hundred.
    pub fn percent(&mut self, p: u64) -> bool {
        self.below(100) < p
    }
}

#[derive(Clone, Default)]
pub struct FakeHost {
    book: Arc<Mutex<Book>>,
    pub address: String,
}

pub const LAB: LabId = LabId::from_bytes([77; 16]);

impl FakeHost {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let host = Self { address, ..Self::default() };
        let app = Router::new()
            .route(route::LAB_ENROL, post(enrol))
            .route(route::LAB_SESSION, post(session))
            .route(route::LAB_PAIRINGS, get(pairings))
            .route(route::LAB_PAIRING, post(answer_pairing))
            .route(route::LAB_DELIVERIES, get(deliveries))
            .route(route::LAB_DELIVERY, get(delivery))
            .route(route::LAB_DELIVERY_ACK, post(ack))
            .route(route::LAB_DELIVERY_AGAIN, post(again))
            .route(route::LAB_LEASE, post(lease))
            .route(route::LAB_CLAIM, post(claim))
            .route(route::LAB_REPORTS, post(report))
            .route(route::LAB_QUEUE_ACCESS, get(async || Json(QueueAccess::Http)))
            .route(route::LAB_QUEUE, get(queue))
            .route(route::LAB_QUEUE_DELETE, post(delete))
            .route("/files/{name}", get(file))
            .layer(axum::middleware::from_fn_with_state(host.clone(), line))
            .with_state(host.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        host
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    /// What the host was told about a line, in order, each once.
    pub fn stages(&self, line: u32, attempt: u32) -> Vec<(Stage, bool)> {
        let book = self.book();
        let lines = book.reports.iter().flat_map(|r| &r.lines);
        lines
            .filter(|l| l.line == line && l.attempt == attempt)
            .map(|l| (l.stage, l.hold.is_some()))
            .collect()
    }
}

async fn line(State(host): State<FakeHost>, request: Request, next: Next) -> Response {
    let (lost, undone) = match &mut host.book().faults {
        None => (false, false),
        Some(f) => (f.chance.percent(f.lost), f.chance.percent(50)),
    };
    if lost && undone {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "lost_on_the_way");
    }
    let answer = next.run(request).await;
    if lost { refuse(StatusCode::SERVICE_UNAVAILABLE, "answer_lost") } else { answer }
}

fn refuse(status: StatusCode, code: &str) -> Response {
    (status, Json(Problem::new(code, code.replace('_', " ")))).into_response()
}

async fn enrol(State(host): State<FakeHost>, Json(ask): Json<EnrolLab>) -> Response {
    if ask.token != "good-token" {
        let problem = Problem::new("wrong_token", "the token is not known, or was used before")
            .hint("ask the operator for a new one: darkslide-host lab add NAME");
        return (StatusCode::FORBIDDEN, Json(problem)).into_response();
    }
    host.book().lab_key = Some(ask.lab_key);
    Json(LabEnrolled { lab: LAB, lab_name: "Print Works".into() }).into_response()
}

async fn session(Json(ask): Json<OpenSession>) -> Json<Session> {
    assert_eq!(ask.subject, LAB.to_string());
    Json(Session { token: "t".into(), expires_at: ask.at + 3_600_000 })
}

async fn pairings(State(host): State<FakeHost>) -> Json<Vec<PairingInfo>> {
    Json(host.book().pairings.clone())
}

async fn answer_pairing(
    State(host): State<FakeHost>,
    Path(studio): Path<StudioId>,
    Json(answer): Json<AnswerPairing>,
) -> StatusCode {
    for pairing in host.book().pairings.iter_mut().filter(|p| p.studio == studio) {
        pairing.state = if answer.accept { PairingState::Accepted } else { PairingState::Refused };
    }
    StatusCode::NO_CONTENT
}

async fn deliveries(State(host): State<FakeHost>) -> Json<Page<DeliveryInfo>> {
    let items = host.book().deliveries.iter().map(|d| d.delivery.clone()).collect();
    Json(Page { items, next: None })
}

async fn delivery(State(host): State<FakeHost>, Path((order, attempt)): Path<(OrderId, u32)>) -> Response {
    let book = host.book();
    match book.deliveries.iter().find(|d| d.delivery.order == order && d.delivery.attempt == attempt) {
        Some(found) => Json(found.clone()).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "no_such_delivery"),
    }
}

async fn ack(State(host): State<FakeHost>, Path((order, attempt)): Path<(OrderId, u32)>) -> StatusCode {
    let mut book = host.book();
    for d in &mut book.deliveries {
        if d.delivery.order == order && d.delivery.attempt == attempt {
            d.delivery.acknowledged = true;
        }
    }
    StatusCode::NO_CONTENT
}

async fn again(
    State(host): State<FakeHost>,
    Path((_, attempt)): Path<(OrderId, u32)>,
    Json(ask): Json<AskAgain>,
) -> StatusCode {
    host.book().agains.push((attempt, ask.why));
    StatusCode::NO_CONTENT
}

async fn lease(State(host): State<FakeHost>, Json(ask): Json<TakeLease>) -> Json<LeaseInfo> {
    assert!(ask.seconds <= 120);
    let held = !host.book().lease_elsewhere;
    Json(LeaseInfo { held, fence: 3, expires_at: i64::MAX })
}

async fn claim(State(host): State<FakeHost>, Json(ask): Json<ClaimPrint>) -> Json<ClaimAnswer> {
    let mut book = host.book();
    if let Some(answer) = book.claim_answer {
        return Json(answer);
    }
    let key = (ask.order, ask.line, ask.attempt);
    Json(match book.claims.get(&key) {
        Some(held) if held.receiver == ask.receiver && held.token.is_some() && held.token == ask.token => {
            ClaimAnswer::Granted
        }
        Some(held) if held.receiver == ask.receiver => ClaimAnswer::Yours,
        Some(_) => ClaimAnswer::Taken,
        None => {
            book.claims.insert(key, ask);
            ClaimAnswer::Granted
        }
    })
}

async fn report(State(host): State<FakeHost>, Json(signed): Json<Signed>) -> Response {
    let mut book = host.book();
    if book.reports_down {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "down");
    }
    let report: LabReport = signed.open(&book.lab_key.unwrap()).unwrap();
    assert_eq!(report.lab, LAB);
    if !book.reports.iter().any(|r| r.report == report.report) {
        book.reports.push(report);
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn queue(State(host): State<FakeHost>) -> Json<Vec<QueueMessage>> {
    let messages = std::mem::take(&mut host.book().messages);
    if messages.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    Json(messages)
}

async fn delete(State(host): State<FakeHost>, Json(ask): Json<QueueReceipts>) -> StatusCode {
    host.book().deleted.extend(ask.receipts);
    StatusCode::NO_CONTENT
}

async fn file(State(host): State<FakeHost>, Path(name): Path<String>) -> Response {
    match host.book().files.get(&name) {
        Some(bytes) => bytes.clone().into_response(),
        None => refuse(StatusCode::NOT_FOUND, "no_such_file"),
    }
}
