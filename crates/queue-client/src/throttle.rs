//! A bound on how fast this process sends files, so that a studio can work on its line while it publishes.
//!
//! One token bucket for all uploads together. It is read at every piece, so a new bound holds at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Mutex, time::Instant};

/// What a bucket may have saved up: after a pause nothing rushes out.
const BURST: Duration = Duration::from_millis(250);

/// Clones share the bound.
#[derive(Clone, Debug, Default)]
pub struct Throttle(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Bytes a second; 0: no bound.
    rate: AtomicU64,
    /// When the next byte may go.
    next: Mutex<Option<Instant>>,
}

impl Throttle {
    pub fn set(&self, bytes_per_second: Option<u64>) {
        self.0.rate.store(bytes_per_second.unwrap_or(0), Ordering::Relaxed);
    }

    pub fn bytes_per_second(&self) -> Option<u64> {
        Some(self.0.rate.load(Ordering::Relaxed)).filter(|rate| *rate > 0)
    }

    /// Returns when so many bytes may be sent.
    pub async fn take(&self, bytes: usize) {
        let Some(rate) = self.bytes_per_second() else { return };
        let until = {
            let mut next = self.0.next.lock().await;
            let now = Instant::now();
            let from = next.unwrap_or(now).max(now.checked_sub(BURST).unwrap_or(now));
            let until = from + Duration::from_secs_f64(bytes as f64 / rate as f64);
            *next = Some(until);
            until
        };
        tokio::time::sleep_until(until).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_uploads_together_keep_the_bound_and_a_new_one_holds_at_once() {
        let throttle = Throttle::default();
        let began = Instant::now();
        throttle.take(1 << 30).await;
        assert_eq!(began.elapsed(), Duration::ZERO, "no bound, no wait");
        throttle.set(Some(100_000));
        let send = |pieces: usize| {
            let throttle = throttle.clone();
            tokio::spawn(async move {
                for _ in 0..pieces {
                    throttle.take(10_000).await;
                }
            })
        };
        let began = Instant::now();
        for task in [send(50), send(50)] {
            task.await.unwrap();
        }
        let took = began.elapsed().as_secs_f64();
        assert!((9.5..=10.2).contains(&took), "a million bytes at 100,000 a second took {took} s");
        throttle.set(Some(1_000_000));
        let began = Instant::now();
        send(100).await.unwrap();
        assert!(began.elapsed() < Duration::from_millis(1_100), "{:?}", began.elapsed());
    }
}
