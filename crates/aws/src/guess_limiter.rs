//! Wrong guesses by source: a counter each, which DynamoDB removes when it is old.

use async_trait::async_trait;
use domain::Millis;
use ports::{GuessLimiter, PortError, PortResult};

use crate::{Store, keys, table::Write};

/// People mistype a code a few times; that must not feel slow.
const FREE: u64 = 5;
const FIRST_DELAY_MS: u64 = 100;
const MAX_DELAY_MS: u64 = 2_000;
/// A source that has been quiet for this long starts anew.
const FORGOTTEN_AFTER: i64 = 15 * Millis::MINUTE;
const WHAT: &str = "the guess limiter";

/// How long the answer to the n-th wrong guess is held back.
fn delay(count: u64) -> u64 {
    match count.checked_sub(FREE + 1) {
        None => 0,
        Some(over) => (FIRST_DELAY_MS << over.min(16)).min(MAX_DELAY_MS),
    }
}

#[async_trait]
impl GuessLimiter for Store {
    /// A source is stored by its keyed hash: an address is nobody's business afterwards. An error means that
    /// the counter is down (or this source is so fast that its item is throttled): the caller then answers
    /// every wrong code at a fixed slow rate.
    async fn wrong_guess(&self, source: &str, now: Millis) -> PortResult<u64> {
        let key = keys::guesses(&self.secrets().hash("wrong guesses", source));
        let forgotten = now.plus(-FORGOTTEN_AFTER).0;
        let update = |expression: &str, condition: &str| {
            Write::update(key.clone(), expression)
                .when(condition)
                .name("#n", "n")
                .name("#at", "at")
                .name("#ttl", "ttl")
                .number(":one", 1)
                .number(":now", now.0)
                .number(":ttl", now.plus(FORGOTTEN_AFTER).0 / 1_000)
                .number(":forgotten", forgotten)
        };
        let more =
            update("SET #at = :now, #ttl = :ttl ADD #n :one", "attribute_not_exists(pk) OR #at > :forgotten");
        let anew = update("SET #at = :now, #ttl = :ttl, #n = :one", "#at <= :forgotten");
        // Between the two somebody else may have begun anew; then it is one more after all.
        for write in [&more, &anew, &more] {
            if let Some(count) = self.table().count(write).await? {
                return Ok(delay(count));
            }
        }
        Err(PortError::unavailable(WHAT, "its counter changed faster than it could be read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_guesses_are_free_and_the_delay_is_capped() {
        let delays: Vec<u64> = (1..=12).map(delay).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    }
}
