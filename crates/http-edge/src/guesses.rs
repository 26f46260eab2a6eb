//! Slowing those who guess, and nobody else. When the limiter is down, everybody who asks is answered at a fixed slow
//! rate.

use std::time::Duration;

use axum::http::StatusCode;
use ports::Ports;

use crate::refusal::Refusal;

const LIMITER_DOWN: Duration = Duration::from_secs(1);
const MAX_HELD_BACK: Duration = Duration::from_secs(5);

/// Counts one more try of this source and waits as long as its tries have earned.
pub async fn hold_back(ports: &Ports, source: &str) {
    let hold = match ports.guesses.wrong_guess(source, ports.clock.now()).await {
        Ok(millis) => Duration::from_millis(millis).min(MAX_HELD_BACK),
        Err(error) => {
            tracing::warn!(%error, "the guess limiter is down; who may be guessing is answered slowly");
            LIMITER_DOWN
        }
    };
    tokio::time::sleep(hold).await;
}

/// The same words wherever a code is asked for.
pub fn wrong_code(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "wrong_code", message)
        .hint("Check the code on your card: it has 12 letters and digits, such as K7QM-2F9X-TB4D.")
}
