//! Bytes under a grant: uploads that may be repeated, downloads that stop at the promised length.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, stream};
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue},
};
use wire::publish::Grant;

use crate::{Backoff, HostClient, HostError, Throttle, address};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploaded {
    Stored,
    /// These very bytes were there before.
    AlreadyThere,
}

const UPLOAD_TRIES: u32 = 6;
/// The slowest uplink that is waited for.
const SLOWEST_BYTES_PER_SECOND: u64 = 8 * 1024;
/// Uploads that may share a bound.
const MOST_AT_ONCE: u64 = 32;
/// Sent under a bound at once.
const PIECE: usize = 16 * 1024;

impl HostClient {
    /// Stores exactly `body` under the grant. Repeats what may pass by itself (409, 429, 5xx, the network)
    /// until the grant ends; a refusal such as 403 is returned, and a new grant has to be asked for.
    pub async fn upload(&self, grant: &Grant, body: Bytes) -> Result<Uploaded, HostError> {
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        loop {
            let error = match self.upload_once(grant, body.clone()).await {
                Ok(uploaded) => return Ok(uploaded),
                Err(error) => error,
            };
            let may_pass = error.is_retryable() || error.status() == Some(409);
            if !may_pass || backoff.tries() + 1 >= UPLOAD_TRIES || self.0.clock.now() > grant.expires_at {
                return Err(error);
            }
            match error.retry_after() {
                Some(asked) => tokio::time::sleep(asked.min(Duration::from_secs(60))).await,
                None => backoff.wait().await,
            }
        }
    }

    async fn upload_once(&self, grant: &Grant, body: Bytes) -> Result<Uploaded, HostError> {
        let url = address::granted(&self.0.base, &grant.url)?;
        let method = match grant.method.as_str() {
            "PUT" => Method::PUT,
            "POST" => Method::POST,
            other => return Err(HostError::Local(format!("a grant asks for the method {other:?}"))),
        };
        let length = body.len() as u64;
        let bound = self.0.throttle.clone().and_then(|t| Some((t.bytes_per_second()?, t)));
        // A bound is shared by every upload of this process: one of them may get a small part of it.
        let slowest = bound.as_ref().map_or(SLOWEST_BYTES_PER_SECOND, |(rate, _)| {
            SLOWEST_BYTES_PER_SECOND.min(rate / MOST_AT_ONCE).max(1)
        });
        let timeout = self.0.timeout + Duration::from_secs(length / slowest);
        let request = self.0.http.request(method, url).headers(headers(grant, length)?);
        let request = match bound {
            None => request.body(body),
            // A stream has no length of its own, and presigned addresses insist on one.
            Some((_, throttle)) => request
                .header(CONTENT_LENGTH, length)
                .body(reqwest::Body::wrap_stream(metered(body, throttle))),
        };
        let response = self.0.send(request, timeout).await?;
        match response.status() {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(Uploaded::Stored),
            StatusCode::PRECONDITION_FAILED => Ok(Uploaded::AlreadyThere),
            _ => {
                self.0.accept(response, "an upload").await?;
                Ok(Uploaded::Stored)
            }
        }
    }

    /// Fetches from an address of the host (`/files/…`) or of its object storage. At most `max_bytes` are
    /// read; no session goes along, the address itself is the permission.
    pub async fn download(&self, url: &str, max_bytes: u64) -> Result<Bytes, HostError> {
        let url = address::granted(&self.0.base, url)?;
        let what = format!("the download from {}", url.host_str().unwrap_or("the host"));
        let too_large = |max| HostError::TooLarge { what: what.clone(), max };
        // The whole transfer may take long; `body` bounds the wait for each piece.
        let timeout = self.0.timeout + Duration::from_secs(max_bytes / SLOWEST_BYTES_PER_SECOND);
        let response = self.0.send(self.0.http.get(url), timeout).await?;
        if !response.status().is_success() {
            self.0.accept(response, &what).await?;
            return Err(HostError::Local(format!("{what} failed")));
        }
        if response.content_length().is_some_and(|length| length > max_bytes) {
            return Err(too_large(max_bytes));
        }
        let max = usize::try_from(max_bytes).map_err(|_| too_large(max_bytes))?;
        Ok(self.0.body(response, &what, max).await?.freeze())
    }
}

/// The body in pieces, each when the bound allows it.
fn metered(body: Bytes, throttle: Throttle) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    stream::unfold((body, throttle), |(mut rest, throttle)| async move {
        if rest.is_empty() {
            return None;
        }
        let piece = rest.split_to(PIECE.min(rest.len()));
        throttle.take(piece.len()).await;
        Some((Ok(piece), (rest, throttle)))
    })
}

fn headers(grant: &Grant, length: u64) -> Result<HeaderMap, HostError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &grant.headers {
        let invalid = || HostError::Local(format!("a grant asks for the unusable header {name:?}"));
        let header: HeaderName = name.parse().map_err(|_| invalid())?;
        if header == CONTENT_LENGTH {
            let expected: u64 = value.trim().parse().map_err(|_| invalid())?;
            if expected != length {
                return Err(HostError::WrongLength { what: "the upload".into(), expected, found: length });
            }
        } else if header != HOST {
            headers.insert(header, HeaderValue::from_str(value).map_err(|_| invalid())?);
        }
    }
    Ok(headers)
}
