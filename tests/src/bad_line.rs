//! A bad line in front of a host: requests and answers get lost, arrive twice, or late and so out of order. Commands
//! block, so a test with one needs more threads than its own (`flavor = "multi_thread"`).

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use darkslide_shoot::chance::Chance;

/// In percent of all requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Half of them before the host, half of them on the way back.
    pub lost: usize,
    pub twice: usize,
    /// Up to half a second.
    pub late: usize,
}

/// What happened on it so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub requests: usize,
    pub lost: usize,
    pub answers_lost: usize,
    pub twice: usize,
    pub late: usize,
}

#[derive(Clone)]
pub struct BadLine {
    pub address: String,
    to: String,
    http: reqwest::Client,
    luck: Arc<Mutex<Luck>>,
}

struct Luck {
    chance: Chance,
    faults: Faults,
    counts: Counts,
}

/// What becomes of one request.
#[derive(Default)]
struct Fate {
    lost: bool,
    answer_lost: bool,
    twice: bool,
    late: Option<Duration>,
}

impl Luck {
    fn next(&mut self) -> Fate {
        let mut roll = |percent: usize| self.chance.index(100) < percent;
        let Faults { lost, twice, late } = self.faults;
        let (gone, back) = (roll(lost), roll(50));
        let fate = Fate {
            lost: gone && !back,
            answer_lost: gone && back,
            twice: roll(twice),
            late: roll(late).then(|| Duration::from_millis(self.chance.index(500) as u64)),
        };
        self.counts.requests += 1;
        self.counts.lost += usize::from(fate.lost);
        self.counts.answers_lost += usize::from(fate.answer_lost);
        self.counts.twice += usize::from(fate.twice);
        self.counts.late += usize::from(fate.late.is_some());
        fate
    }
}

impl BadLine {
    /// A good line until told otherwise; `to` is the host's own address.
    pub async fn start(to: &str, seed: u64) -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let line = Self {
            address: format!("http://{}", listener.local_addr()?),
            to: to.to_owned(),
            http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?,
            luck: Arc::new(Mutex::new(Luck {
                chance: Chance::new(seed),
                faults: Faults::default(),
                counts: Counts::default(),
            })),
        };
        let router = Router::new().fallback(carry).with_state(line.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(line)
    }

    pub fn set(&self, faults: Faults) {
        self.luck.lock().unwrap_or_else(PoisonError::into_inner).faults = faults;
    }

    pub fn counts(&self) -> Counts {
        self.luck.lock().unwrap_or_else(PoisonError::into_inner).counts
    }

    fn fate(&self) -> Fate {
        self.luck.lock().unwrap_or_else(PoisonError::into_inner).next()
    }

    async fn pass_on(&self, request: &axum::http::request::Parts, body: &[u8]) -> Result<Response> {
        let path = request.uri.path_and_query().map_or("/", |p| p.as_str());
        let mut headers = request.headers.clone();
        headers.remove("transfer-encoding");
        let sent = self
            .http
            .request(request.method.clone(), format!("{}{path}", self.to))
            .headers(headers)
            .body(body.to_vec());
        let answer = sent.send().await?;
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers().iter().filter(|(name, _)| *name != "transfer-encoding") {
            response = response.header(name, value);
        }
        response.body(Body::from(answer.bytes().await?)).context("an answer")
    }
}

async fn carry(State(line): State<BadLine>, request: Request) -> Response {
    let fate = line.fate();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, 128 << 20).await else { return cut() };
    if fate.lost {
        return cut();
    }
    if let Some(late) = fate.late {
        tokio::time::sleep(late).await;
    }
    if fate.twice {
        let _ = line.pass_on(&parts, &body).await;
    }
    match line.pass_on(&parts, &body).await {
        Ok(answer) if !fate.answer_lost => answer,
        _ => cut(),
    }
}

/// The connection breaks before anything of the answer's body has come.
fn cut() -> Response {
    let broken =
        futures_util::stream::once(async { Err::<&[u8], _>(std::io::Error::other("the line broke")) });
    let mut response = Response::new(Body::from_stream(broken));
    // So that nobody takes nothing for all of it.
    response.headers_mut().insert("content-length", axum::http::HeaderValue::from_static("100"));
    response
}
