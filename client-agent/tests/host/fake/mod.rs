//! A host in the test's own process: the routes the agent calls, strict about signatures and state, with
//! everything it holds open to the test.

mod accounts;
mod galleries;
mod jobs;
mod lists;
mod relay;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    extract::{Request, State as AxumState},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use domain::{
    id::{GalleryId, LabId, MachineId, OrderId, PhotoId, StudioId},
    order::Order,
    studio::{PairingState, PublicKey},
};
use wire::{
    enrol::EnrolMachine, galleries::GalleryInfo, manifest::ManifestEnvelope, orders::JobProgress,
    problem::Problem, signed::Signed,
};

pub const STUDIO: StudioId = StudioId::from_bytes([77; 16]);

pub struct Host {
    pub url: String,
    pub shared: Arc<Mutex<State>>,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Default)]
pub struct State {
    pub url: String,
    /// Token → the sealed studio key it brings, and who used it.
    pub tokens: BTreeMap<String, Token>,
    pub studio_key: Option<PublicKey>,
    pub machines: BTreeMap<MachineId, EnrolMachine>,
    pub sessions: BTreeMap<String, MachineId>,
    pub labs: BTreeMap<LabId, Lab>,
    pub orders: BTreeMap<OrderId, Order>,
    pub jobs: BTreeMap<(OrderId, MachineId), Job>,
    pub reports: Vec<Signed>,
    /// What the agents stored.
    pub files: BTreeMap<String, Vec<u8>>,
    pub galleries: BTreeMap<GalleryId, GalleryInfo>,
    /// What customers sent to the studio.
    pub lists: Vec<wire::lists::SubmittedList>,
    /// What customers would see: photo → file name.
    pub published: BTreeMap<PhotoId, String>,
    /// Each PUT that stored something new, in order.
    pub stored: Vec<String>,
    pub queue: Vec<(u64, MachineId, OrderId)>,
    pub next: u64,
    /// Method and path of every request.
    pub log: Vec<String>,
    pub trap: Option<Trap>,
    pub pid: Option<u32>,
}

#[derive(Default)]
pub struct Token {
    pub sealed: Option<String>,
    pub used_by: Option<MachineId>,
}

pub struct Lab {
    pub name: String,
    pub key: Option<PublicKey>,
    pub pairing: Option<PairingState>,
    pub proof: Option<String>,
}

#[derive(Default)]
pub struct Job {
    pub acknowledged: bool,
    pub done: bool,
    pub waiting: Option<String>,
    pub progress: Vec<JobProgress>,
    pub attempts: BTreeMap<LabId, u32>,
}

/// Kills the agent's process at the `at`-th request that contains `matches`.
pub struct Trap {
    pub matches: &'static str,
    pub at: usize,
    /// After the host has done what was asked, before the agent hears of it.
    pub after: bool,
}

pub type Shared = Arc<Mutex<State>>;

impl Host {
    pub fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let shared = Shared::default();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        shared.lock().unwrap().url.clone_from(&url);
        let app = Router::new()
            .merge(accounts::routes())
            .merge(jobs::routes())
            .merge(galleries::routes())
            .merge(lists::routes())
            .merge(relay::routes())
            .layer(from_fn_with_state(shared.clone(), trap))
            .with_state(shared.clone());
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, shared, _runtime: runtime }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap()
    }

    /// For the first machine of the studio.
    pub fn new_token(&self) -> String {
        let mut state = self.state();
        let token = format!("token{}", state.tokens.len());
        state.tokens.insert(token.clone(), Token::default());
        token
    }

    /// Places an order and rings at its machines.
    pub fn place(&self, order: Order) -> OrderId {
        let mut state = self.state();
        let id = order.id;
        for machine in order.homes() {
            state.jobs.insert((id, machine), Job::default());
        }
        state.orders.insert(id, order);
        state.ring(id);
        id
    }

    pub fn requests(&self, containing: &str) -> usize {
        self.state().log.iter().filter(|line| line.contains(containing)).count()
    }

    /// The manifests that were stored, with their keys.
    pub fn manifests(&self) -> Vec<ManifestEnvelope> {
        let state = self.state();
        let manifests = state.files.iter().filter(|(key, _)| key.ends_with("manifest.json"));
        manifests.map(|(_, bytes)| serde_json::from_slice(bytes).unwrap()).collect()
    }
}

impl State {
    pub fn ring(&mut self, order: OrderId) {
        let homes: BTreeSet<MachineId> = self.orders[&order].homes();
        for machine in homes {
            self.next += 1;
            self.queue.push((self.next, machine, order));
        }
    }
}

pub struct Refusal(StatusCode, Problem);

pub fn refuse(status: u16, code: &str, message: &str) -> Refusal {
    Refusal(StatusCode::from_u16(status).unwrap(), Problem::new(code, message))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, axum::Json(self.1)).into_response()
    }
}

async fn trap(AxumState(shared): AxumState<Shared>, request: Request, next: Next) -> Response {
    // The space at the end lets a test name a route's last segment.
    let line = format!("{} {} ", request.method(), request.uri());
    let (before, after) = {
        let mut state = shared.lock().unwrap();
        state.log.push(line.clone());
        let seen = |t: &Trap| state.log.iter().filter(|l| l.contains(t.matches)).count();
        let hit = state.trap.as_ref().is_some_and(|t| line.contains(t.matches) && seen(t) == t.at);
        let after = state.trap.as_ref().is_some_and(|t| t.after);
        (hit && !after, hit && after)
    };
    if before {
        kill(&shared).await;
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let response = next.run(request).await;
    if after {
        kill(&shared).await;
    }
    response
}

async fn kill(shared: &Shared) {
    // The test tells the process as soon as it has started it.
    for _ in 0..500 {
        let pid = shared.lock().unwrap().pid;
        if let Some(pid) = pid.and_then(|pid| rustix::process::Pid::from_raw(pid as i32)) {
            // First, because the test goes on as soon as the process is gone.
            shared.lock().unwrap().trap = None;
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nobody told which process to kill");
}
