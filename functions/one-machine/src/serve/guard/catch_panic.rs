//! A bug in one handler is one failed request, not a dead host.

use std::panic::AssertUnwindSafe;

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http_edge::Refusal;

pub(in crate::serve) async fn catch_panic(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let why = panic
                .downcast_ref::<&str>()
                .map(|s| (*s).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            tracing::error!(why, "a handler panicked");
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong on this host. It was logged.",
            )
            .hint("Try again; if it stays, tell whoever runs this host the time it happened.")
            .into_response()
        }
    }
}
