//! Saying no: a status and a [`Problem`], never a bare string, never an internal detail.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ports::PortError;
use wire::problem::Problem;

pub type Answer<T> = Result<T, Refusal>;

#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    pub problem: Problem,
    pub retry_after_seconds: Option<u32>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, problem: Problem::new(code, message), retry_after_seconds: None }
    }
    /// 400: the request itself is wrong.
    pub fn invalid(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }
    /// 404: for what is missing and for what the caller may not know of; the two look the same.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }
    /// 404 for an address that no route has.
    pub fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no_route", "This host has no such address.")
            .hint("If the program that asked is newer than the host, the host is to be updated.")
    }
    /// 409: the request is fine, but things have moved on.
    pub fn conflict(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.problem = self.problem.hint(hint);
        self
    }
}

impl From<PortError> for Refusal {
    fn from(error: PortError) -> Self {
        match &error {
            PortError::Conflict { .. } => Self::conflict("changed_meanwhile", error.to_string())
                .hint("Read it again and repeat your change."),
            PortError::Throttled { retry_after_seconds, .. } => Self {
                retry_after_seconds: Some(*retry_after_seconds),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests at once.")
                    .hint(format!("Try again in {retry_after_seconds} s."))
            },
            PortError::Invalid { .. } => Self::invalid("invalid", error.to_string()),
            PortError::Unavailable { .. } | PortError::Corrupt { .. } => {
                tracing::error!(error = %chain(&error), "a store failed");
                Self {
                    retry_after_seconds: Some(5),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "unavailable",
                        "The service cannot reach its data at the moment.",
                    )
                    .hint("Nothing was lost. Try again in a few seconds.")
                }
            }
        }
    }
}

/// The error and its causes in one line, for logs.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
