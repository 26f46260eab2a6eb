//! Requests to the host's own routes: JSON in, JSON out, with the session added and renewed.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use bytes::BytesMut;
use domain::epoch::Epoch;
use ed25519_dalek::SigningKey;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;
use wire::{Page, problem::Problem, route::EPOCH};

use crate::{
    ClientOptions, HostError, Subject, Throttle, address,
    clock::HostClock,
    connect::http_client,
    queue::Way,
    session::{Identity, Opened},
};

/// Largest JSON answer that is read: a page of orders, or one order of 500 lines with its reports.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// The host as one device sees it. Cheap to clone; clones share the session.
#[derive(Clone)]
pub struct HostClient(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) http: Client,
    pub(crate) base: Url,
    /// `https://prints.example`, as sessions are signed for and as people are told.
    pub(crate) origin: String,
    pub(crate) timeout: Duration,
    pub(crate) throttle: Option<Throttle>,
    pub(crate) identity: Option<Identity>,
    pub(crate) session: Mutex<Option<Opened>>,
    pub(crate) clock: HostClock,
    /// Of the host's records, as it said last.
    pub(crate) epoch: std::sync::Mutex<Option<Epoch>>,
    /// How the queue is polled, once the host has said so.
    pub(crate) queue: Mutex<Option<Way>>,
}

impl HostClient {
    /// For an enrolled device. Nothing is sent before the first request.
    pub fn new(
        base: &str,
        subject: Subject,
        key: SigningKey,
        options: &ClientOptions,
    ) -> Result<Self, HostError> {
        Self::build(base, Some(Identity { subject, key }), options)
    }

    /// For the requests that need no session: enrolling, and looking at a token.
    pub fn anonymous(base: &str, options: &ClientOptions) -> Result<Self, HostError> {
        Self::build(base, None, options)
    }

    fn build(base: &str, identity: Option<Identity>, options: &ClientOptions) -> Result<Self, HostError> {
        let base = address::origin(base)?;
        Ok(Self(Arc::new(Inner {
            http: http_client(&base, options)?,
            origin: address::origin_text(&base),
            base,
            timeout: options.timeout,
            throttle: options.throttle.clone(),
            identity,
            session: Mutex::new(None),
            clock: HostClock::default(),
            epoch: std::sync::Mutex::default(),
            queue: Mutex::new(None),
        })))
    }

    /// `https://prints.example`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// True when what is sent can be read on the way: no TLS, and not on this computer.
    pub fn speaks_in_clear(&self) -> bool {
        self.0.base.scheme() == "http" && !address::is_loopback(&self.0.base)
    }

    /// What to add to this computer's time to get the host's, in seconds; `None` while they agree.
    pub fn clock_offset_seconds(&self) -> Option<i64> {
        Some(self.0.clock.offset() / 1000).filter(|offset| *offset != 0)
    }

    /// Which life of its records the host said with its last answer; another one than before means that it
    /// was restored to an earlier moment. `None` before the first answer, and from hosts that say none.
    pub fn epoch(&self) -> Option<Epoch> {
        *self.0.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, HostError> {
        self.call(Method::GET, path, None::<&()>, Duration::ZERO).await
    }

    pub async fn post<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, HostError> {
        self.call(Method::POST, path, Some(body), Duration::ZERO).await
    }

    pub async fn put<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, HostError> {
        self.call(Method::PUT, path, Some(body), Duration::ZERO).await
    }

    /// For routes that answer 204.
    pub async fn post_unit<B: Serialize + ?Sized>(&self, path: &str, body: &B) -> Result<(), HostError> {
        self.call_unit(Method::POST, path, Some(body)).await
    }

    pub async fn put_unit<B: Serialize + ?Sized>(&self, path: &str, body: &B) -> Result<(), HostError> {
        self.call_unit(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Result<(), HostError> {
        self.call_unit(Method::DELETE, path, None::<&()>).await
    }

    /// Every item of a paged listing.
    pub async fn get_all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, HostError> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page_path = match &cursor {
                None => path.to_owned(),
                Some(cursor) => {
                    let mut url = address::api(&self.0.base, path)?;
                    url.query_pairs_mut().append_pair("cursor", cursor);
                    format!("{}?{}", url.path(), url.query().unwrap_or_default())
                }
            };
            let page: Page<T> = self.get(&page_path).await?;
            items.extend(page.items);
            match page.next {
                None => return Ok(items),
                // A cursor that does not move would be read for ever.
                next if next == cursor => return Ok(items),
                next => cursor = next,
            }
        }
    }

    async fn call_unit<B: Serialize + ?Sized>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> Result<(), HostError> {
        let what = format!("{method} {path}");
        let response = self.0.authorised(method, path, body, self.0.timeout).await?;
        self.0.accept(response, &what).await.map(drop)
    }

    pub(crate) async fn call<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
        extra: Duration,
    ) -> Result<T, HostError> {
        let what = format!("{method} {}", path.split('?').next().unwrap_or(path));
        let response = self.0.authorised(method, path, body, self.0.timeout + extra).await?;
        self.0.json(response, &what).await
    }
}

impl Inner {
    /// What every answer of the host says besides: its time, and the epoch of its records.
    pub(crate) fn note(&self, response: &Response) {
        self.clock.compare(response, &self.origin);
        let said = response.headers().get(EPOCH).and_then(|e| e.to_str().ok()?.parse().ok());
        if said.is_some() {
            *self.epoch.lock().unwrap_or_else(PoisonError::into_inner) = said;
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, HostError> {
        Ok(self.http.request(method, address::api(&self.base, path)?))
    }

    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        timeout: Duration,
    ) -> Result<Response, HostError> {
        let sent = request.timeout(timeout).send().await;
        sent.map_err(|e| HostError::from_reqwest(&self.origin, e, timeout))
    }

    /// Sends with the session's token; when the host does not know it any more, once again with a new one.
    async fn authorised<B: Serialize + ?Sized>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
        timeout: Duration,
    ) -> Result<Response, HostError> {
        let mut renewed = false;
        loop {
            let mut request = self.request(method.clone(), path)?;
            if let Some(body) = body {
                request = request.json(body);
            }
            if self.identity.is_none() {
                return self.send(request, timeout).await;
            }
            let token = self.token().await?;
            let response = self.send(request.bearer_auth(&token), timeout).await?;
            self.note(&response);
            if response.status() != StatusCode::UNAUTHORIZED || renewed {
                return Ok(response);
            }
            self.forget(&token).await;
            renewed = true;
        }
    }

    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        response: Response,
        what: &str,
    ) -> Result<T, HostError> {
        let status = response.status().as_u16();
        let body = self.accept(response, what).await?;
        serde_json::from_slice(&body).map_err(|e| HostError::Unexpected {
            host: self.origin.clone(),
            status,
            what: what.to_owned(),
            detail: e.to_string(),
        })
    }

    /// The body of a success, or the host's problem.
    pub(crate) async fn accept(&self, response: Response, what: &str) -> Result<BytesMut, HostError> {
        let status = response.status();
        let retry_after = response.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse().ok());
        let body = self.body(response, what, MAX_ANSWER_BYTES).await?;
        if status.is_success() {
            return Ok(body);
        }
        let host = self.origin.clone();
        Err(match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => HostError::Problem {
                host,
                status: status.as_u16(),
                problem: Box::new(problem),
                retry_after: retry_after.map(Duration::from_secs),
            },
            Err(_) => {
                let text = String::from_utf8_lossy(&body[..body.len().min(2_000)]).into_owned();
                let detail = domain::text::one_line(&text, 200);
                HostError::Unexpected { host, status: status.as_u16(), what: what.to_owned(), detail }
            }
        })
    }

    pub(crate) async fn body(
        &self,
        mut response: Response,
        what: &str,
        max: usize,
    ) -> Result<BytesMut, HostError> {
        let mut body = BytesMut::new();
        loop {
            // A transfer may take long, but each piece of it must come.
            let Ok(piece) = tokio::time::timeout(self.timeout, response.chunk()).await else {
                return Err(HostError::Timeout { host: self.origin.clone(), waited: self.timeout });
            };
            match piece.map_err(|e| HostError::from_reqwest(&self.origin, e, self.timeout))? {
                None => return Ok(body),
                Some(piece) if body.len() + piece.len() > max => {
                    return Err(HostError::TooLarge { what: what.to_owned(), max: max as u64 });
                }
                Some(piece) => body.extend_from_slice(&piece),
            }
        }
    }
}
