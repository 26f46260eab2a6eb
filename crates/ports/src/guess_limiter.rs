//! Slows down whoever guesses codes, and nobody else.

use async_trait::async_trait;
use domain::Millis;

use crate::PortResult;

/// Decides after the code was looked up: a right code is never refused, whatever came from its address.
#[async_trait]
pub trait GuessLimiter: Send + Sync {
    /// Notes a wrong guess from `source` and says how many milliseconds its answer is to be held back
    /// (0 for the first few; grows, and is capped).
    async fn wrong_guess(&self, source: &str, now: Millis) -> PortResult<u64>;
}
