//! A small host: two studios, one with two machines, and two labs. Everybody is enrolled through the routes.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use domain::{
    Millis,
    access::cookie::CookieKey,
    epoch::Epoch,
    hash::VersionHash,
    id::*,
    money::{Currency, Money},
    order::{Order, OrderState},
    studio::{Enrolment, Lab, PairingState, PublicKey, Studio, machine_certificate_text, session_text},
};
use ed25519_dalek::SigningKey;
use embedded::Store;
use ports::{
    Ports, Secrets,
    clock::TestClock,
    contract::{edge_cache::Recorded, sample},
    directory::EnrolmentToken,
    order_book::Placed,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tower::ServiceExt;
use wire::{
    enrol::{EnrolLab, EnrolMachine, OpenSession, Session},
    route::{self, fill},
    signed::{public_key, sign_text},
};

pub const NOW: i64 = 1_790_000_000_000;
pub const SITE: &str = "https://prints.example";
pub const GALLERY: GalleryId = GalleryId::from_bytes([0x61; 16]);
pub const STUDIO_A: StudioId = StudioId::from_bytes([0xA0; 16]);
pub const STUDIO_B: StudioId = StudioId::from_bytes([0xB0; 16]);
pub const LAB: LabId = LabId::from_bytes([0x10; 16]);
pub const OTHER_LAB: LabId = LabId::from_bytes([0x20; 16]);
pub const ORDER: OrderId = OrderId::from_bytes([0x0D; 16]);
pub const RECEIVER: ReceiverId = ReceiverId::from_bytes([0x4E; 16]);

/// A machine with its keys and an open session.
pub struct Agent {
    pub id: MachineId,
    pub studio: StudioId,
    pub device: SigningKey,
    pub studio_key: SigningKey,
    pub token: String,
}

pub struct Receiver {
    pub key: SigningKey,
    pub token: String,
}

pub struct World {
    pub ports: Ports,
    pub clock: Arc<TestClock>,
    pub edge: Arc<Recorded>,
    router: Router,
    /// Studio A's two machines, and studio B's one.
    pub a1: Agent,
    pub a2: Agent,
    pub b: Agent,
    pub lab: Receiver,
    pub other_lab: Receiver,
    _folder: tempfile::TempDir,
}

pub struct Answered {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

impl Answered {
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }
    #[track_caller]
    pub fn done(self) {
        assert_eq!(self.status, StatusCode::NO_CONTENT, "{}", String::from_utf8_lossy(&self.body));
    }
    /// Checks status and code of a refusal, and that it has words for people.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> wire::problem::Problem {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        assert_eq!(self.status.as_u16(), status, "{text}");
        let problem: wire::problem::Problem = serde_json::from_str(&text).unwrap();
        assert_eq!(problem.code, code, "{text}");
        assert!(problem.message.len() > 10, "{text}");
        problem
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with_epoch(Epoch::default()).await
    }

    /// A host that was restored, if the epoch says so.
    pub async fn with_epoch(epoch: Epoch) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(NOW));
        let secrets = Secrets {
            code_hash: b"code".to_vec(),
            object_key: b"object".to_vec(),
            session: b"session".to_vec(),
            grant: b"grant".to_vec(),
            cookie: vec![CookieKey { generation: 1, secret: b"cookie".to_vec() }],
            site: SITE.to_owned(),
            https: true,
        };
        let store = Store::open(folder.path(), Arc::new(secrets), clock.clone()).unwrap();
        let edge = Arc::new(Recorded::default());
        let ports = Ports { epoch, edge: edge.clone(), ..store.ports() };
        let router = darkslide_studio_api::router(ports.clone());
        for (id, name) in [(STUDIO_A, "Studio A"), (STUDIO_B, "Studio B")] {
            let studio =
                Studio { id, name: name.into(), suspended: false, key: None, created_at: Millis(NOW) };
            ports.directory.put_studio(&studio).await.unwrap();
        }
        for (id, name) in [(LAB, "Fine Prints"), (OTHER_LAB, "Other Prints")] {
            let seen = Millis(NOW);
            let lab = Lab { id, name: name.into(), key: None, created_at: seen, last_seen_at: seen };
            ports.directory.put_lab(&lab).await.unwrap();
        }
        let half = HalfWorld { ports: ports.clone(), router: router.clone() };
        let a1 = half.enrolled_machine(STUDIO_A, 1, 0xA1).await;
        let a2 = half.enrolled_machine(STUDIO_A, 1, 0xA2).await;
        let b = half.enrolled_machine(STUDIO_B, 2, 0xB1).await;
        let lab = half.enrolled_lab(LAB, 0x11).await;
        let other_lab = half.enrolled_lab(OTHER_LAB, 0x22).await;
        Self { ports, clock, edge, router, a1, a2, b, lab, other_lab, _folder: folder }
    }

    pub async fn call(&self, method: &str, path: &str, token: &str, body: &impl Serialize) -> Answered {
        call(&self.router, method, path, Some(token), serde_json::to_vec(body).unwrap()).await
    }
    pub async fn get(&self, path: &str, token: &str) -> Answered {
        call(&self.router, "GET", path, Some(token), Vec::new()).await
    }
    pub async fn headers(&self, method: &str, path: &str, token: Option<&str>) -> axum::http::HeaderMap {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap().headers().clone()
    }
    pub async fn anonymous(&self, method: &str, path: &str, body: &impl Serialize) -> Answered {
        call(&self.router, method, path, None, serde_json::to_vec(body).unwrap()).await
    }
    pub async fn raw(&self, method: &str, path: &str, token: Option<&str>, body: Vec<u8>) -> Answered {
        call(&self.router, method, path, token, body).await
    }

    /// Studio A's gallery, open, with no photos.
    pub async fn gallery(&self) {
        let put = json!({"name": "Wedding", "state": "open", "revision": 0});
        let answer = self.call("PUT", &fill(route::STUDIO_GALLERY, &[&GALLERY]), &self.a1.token, &put).await;
        assert_eq!(answer.status, StatusCode::OK);
    }

    /// Studio A is paired with the first lab.
    pub async fn paired(&self) {
        self.ask_pairing().await.ok::<Value>();
        let path = fill(route::LAB_PAIRING, &[&STUDIO_A]);
        self.call("POST", &path, &self.lab.token, &json!({"accept": true})).await.done();
        assert_eq!(self.pairing_state().await, Some(PairingState::Accepted));
    }
    pub async fn ask_pairing(&self) -> Answered {
        let ask = json!({"studio": STUDIO_A, "studio_key": self.a1.studio_key(), "proof": "ab".repeat(32)});
        self.call("POST", &fill(route::STUDIO_LAB_PAIR, &[&LAB]), &self.a1.token, &ask).await
    }
    pub async fn pairing_state(&self) -> Option<PairingState> {
        self.ports.directory.pairing(STUDIO_A, LAB).await.unwrap().map(|p| p.state)
    }

    /// A placed order of studio A: line 1 by machine 1, line 2 by machine 2, line 3 with a picture of each.
    pub async fn placed_order(&self) -> Order {
        let order = order(ORDER, STUDIO_A, &[&[self.a1.id], &[self.a2.id], &[self.a1.id, self.a2.id]]);
        let placed = self.ports.orders.place(&order, "secret", "key", "digest").await.unwrap();
        assert_eq!(placed, Placed::New);
        order
    }

    /// Approved: lines 1 and 3 to the first lab.
    pub async fn approved_order(&self) -> Order {
        self.placed_order().await;
        self.paired().await;
        let routes: BTreeMap<u32, LabId> = (1..=3).map(|no| (no, LAB)).collect();
        let path = fill(route::STUDIO_APPROVE, &[&ORDER]);
        let answer: wire::orders::StudioOrder =
            self.call("POST", &path, &self.a1.token, &json!({"routes": routes})).await.ok();
        assert_eq!(answer.order.state, OrderState::Approved);
        answer.order
    }

    pub async fn order(&self) -> Order {
        self.ports.orders.order(ORDER).await.unwrap().unwrap()
    }
}

impl Agent {
    pub fn studio_key(&self) -> PublicKey {
        public_key(&self.studio_key)
    }
}

/// What enrolling needs, before there is a world.
pub struct HalfWorld {
    pub ports: Ports,
    pub router: Router,
}

impl HalfWorld {
    async fn enrolled_machine(&self, studio: StudioId, studio_seed: u8, seed: u8) -> Agent {
        let studio_key = SigningKey::from_bytes(&[studio_seed; 32]);
        let device = SigningKey::from_bytes(&[seed; 32]);
        let id = MachineId::from_bytes([seed; 16]);
        let token = format!("token-{seed}");
        put_token(&self.ports, &token, Enrolment::Machine(studio), NOW + Millis::HOUR).await;
        let ask = enrol_machine(&token, studio, id, &device, &studio_key);
        let answer = self.post(route::STUDIO_ENROL, &ask).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
        let ask = open_session(&id.to_string(), &device, SITE, NOW);
        let session: Session = self.post(route::STUDIO_SESSION, &ask).await.ok();
        Agent { id, studio, device, studio_key, token: session.token }
    }

    async fn enrolled_lab(&self, id: LabId, seed: u8) -> Receiver {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let token = format!("lab-token-{seed}");
        put_token(&self.ports, &token, Enrolment::Lab(id), NOW + Millis::HOUR).await;
        let ask = EnrolLab { token, lab_key: public_key(&key) };
        let answer = self.post(route::LAB_ENROL, &ask).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
        let ask = open_session(&id.to_string(), &key, SITE, NOW);
        let session: Session = self.post(route::LAB_SESSION, &ask).await.ok();
        Receiver { key, token: session.token }
    }

    async fn post(&self, path: &str, body: &impl Serialize) -> Answered {
        call(&self.router, "POST", path, None, serde_json::to_vec(body).unwrap()).await
    }
}

async fn call(router: &Router, method: &str, path: &str, token: Option<&str>, body: Vec<u8>) -> Answered {
    let mut request = Request::builder().method(method).uri(path);
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 16 * 1024 * 1024).await.unwrap().to_vec();
    Answered { status, body }
}

pub async fn put_token(ports: &Ports, token: &str, enrolment: Enrolment, expires_at: i64) {
    let stored =
        EnrolmentToken { enrolment, sealed_studio_key: None, expires_at: Millis(expires_at), used_by: None };
    ports.directory.put_token(&ports.secrets.enrolment_hash(token), &stored).await.unwrap();
}

pub fn enrol_machine(
    token: &str,
    studio: StudioId,
    machine: MachineId,
    device: &SigningKey,
    studio_key: &SigningKey,
) -> EnrolMachine {
    let device_key = public_key(device);
    let text = machine_certificate_text(studio, machine, &device_key);
    EnrolMachine {
        token: token.to_owned(),
        machine,
        machine_name: format!("Machine {machine}"),
        device_key,
        studio_key: public_key(studio_key),
        certificate: sign_text(&text, studio_key),
    }
}

pub fn open_session(subject: &str, key: &SigningKey, host: &str, at: i64) -> OpenSession {
    let nonce = "0123456789abcdef".to_owned();
    let signature = sign_text(&session_text(subject, host, Millis(at), &nonce), key);
    OpenSession { subject: subject.to_owned(), at, nonce, host: host.to_owned(), signature }
}

/// An order whose lines have one picture per machine named.
pub fn order(id: OrderId, studio: StudioId, lines: &[&[MachineId]]) -> Order {
    let euro = |minor| Money::new(minor, Currency::EUR);
    let line = |(index, homes): (u8, &&[MachineId])| {
        let of_each = sample::order_in(studio, GALLERY, homes).lines;
        let mut line = of_each[0].clone();
        line.no = u32::from(index) + 1;
        line.product = "8x10".into();
        line.product_name = "8 × 10".into();
        (line.unit_price, line.total) = (euro(1500), euro(3000));
        line.nodes = of_each.into_iter().flat_map(|l| l.nodes).collect();
        for (node, n) in line.nodes.iter_mut().zip(index * 10 + 1..) {
            node.photo = PhotoId::from_bytes([n; 16]);
            node.version = VersionHash([n; 32]);
            node.file_name = format!("IMG_{n}.jpg");
        }
        line
    };
    let total = euro(3000 * lines.len() as i64);
    Order {
        id,
        placed_at: Millis(NOW),
        lines: (0..).zip(lines).map(line).collect(),
        subtotal: total,
        total,
        state_at: Millis(NOW),
        ..sample::order(studio, &[])
    }
}
