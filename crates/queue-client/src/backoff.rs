//! Waiting between tries: exponential, capped, and jittered so that a hundred agents do not return at once.

use std::time::Duration;

#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    tries: u32,
}

impl Backoff {
    pub fn new(first: Duration, cap: Duration) -> Self {
        Self { first, cap, tries: 0 }
    }

    /// How long to wait now: between half and all of `first × 2^tries`, at most `cap`.
    pub fn next_delay(&mut self) -> Duration {
        let factor = 1u32.checked_shl(self.tries.min(20)).unwrap_or(u32::MAX);
        self.tries = self.tries.saturating_add(1);
        let full = self.first.checked_mul(factor).unwrap_or(self.cap).min(self.cap);
        full.mul_f64(0.5 + 0.5 * fraction())
    }

    pub async fn wait(&mut self) {
        let delay = self.next_delay();
        tokio::time::sleep(delay).await;
    }

    /// After a success.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    pub fn tries(&self) -> u32 {
        self.tries
    }
}

impl Default for Backoff {
    /// 0.5 s doubling to one minute.
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(60))
    }
}

/// A random number from 0 to 1. Without randomness there is no jitter, which is no reason to fail.
pub(crate) fn fraction() -> f64 {
    getrandom::u32().map_or(1.0, |n| f64::from(n) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_the_cap_and_starts_again() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        for expected in [100, 200, 400, 800, 1600, 2000, 2000] {
            let delay = backoff.next_delay().as_millis();
            assert!((expected / 2..=expected).contains(&delay), "{delay} of {expected}");
        }
        for _ in 0..100 {
            backoff.next_delay();
        }
        assert!(backoff.next_delay() <= Duration::from_secs(2));
        backoff.reset();
        assert!(backoff.next_delay() <= Duration::from_millis(100));
    }
}
