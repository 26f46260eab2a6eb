//! No request of the APIs waits for ever, and none keeps the host from stopping.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_edge::Refusal;
use tokio::sync::watch;

/// Longer than the longest poll, and than a slow uplink needs for the largest request.
const LIMIT: Duration = Duration::from_secs(90);
/// What is under way when the host stops may still finish; a long poll is told to come back.
const WHEN_STOPPING: Duration = Duration::from_secs(3);

pub(in crate::serve) async fn time_limit(
    State(mut stopping): State<watch::Receiver<bool>>,
    request: Request,
    next: Next,
) -> Response {
    let stopped = async move {
        if stopping.wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(WHEN_STOPPING).await;
    };
    tokio::select! {
        response = next.run(request) => response,
        () = tokio::time::sleep(LIMIT) => late("The request took too long."),
        () = stopped => late("The host is being restarted."),
    }
}

fn late(message: &str) -> Response {
    let mut refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
        .hint("Try again in a few seconds.");
    refusal.retry_after_seconds = Some(5);
    refusal.into_response()
}
