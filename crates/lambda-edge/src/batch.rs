//! Handling the parts of a batch side by side, each failing alone: by error, by panic or by taking too long.

use std::{
    fmt::Display,
    future::Future,
    time::{Duration, SystemTime},
};

use futures_util::{StreamExt, stream};

use crate::logs::chain;

/// How many parts are under way at once: enough to hide a store's latency, few enough for a small function.
const AT_ONCE: usize = 4;
/// Kept for answering: what is not answered by the deadline fails as a whole.
const RESERVE: Duration = Duration::from_secs(2);

/// What remains for work until an invocation's deadline.
pub(crate) fn budget(deadline: SystemTime) -> Duration {
    deadline.duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(RESERVE)
}

/// Runs `work` for each part; the names of those that failed, in the batch's order.
pub(crate) async fn failures<N, P, F, Fut, E>(parts: Vec<(N, P)>, budget: Duration, work: F) -> Vec<N>
where
    N: Display,
    F: Fn(P) -> Fut,
    Fut: Future<Output = Result<(), E>> + Send + 'static,
    E: std::error::Error + Send + 'static,
{
    let until = tokio::time::Instant::now() + budget;
    let runs = parts.into_iter().enumerate().map(|(place, (name, part))| {
        // Made here and spawned when its turn comes; in a task of its own, a panic ends only this part.
        let future = work(part);
        async move {
            let mut task = tokio::spawn(future);
            let why = match tokio::time::timeout_at(until, &mut task).await {
                Ok(Ok(Ok(()))) => return None,
                Ok(Ok(Err(error))) => chain(&error),
                Ok(Err(panic)) => chain(&panic),
                Err(_) => {
                    task.abort();
                    "it did not end within this invocation's time".to_owned()
                }
            };
            tracing::error!(message = %name, why, "a message failed; it comes again, at last in the dead-letter queue");
            Some((place, name))
        }
    });
    let failed = stream::iter(runs).buffer_unordered(AT_ONCE).filter_map(std::future::ready);
    let mut failed: Vec<_> = failed.collect().await;
    failed.sort_by_key(|(place, _)| *place);
    failed.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no")]
    struct No;

    async fn work(part: u32) -> Result<(), No> {
        match part {
            2 => Err(No),
            3 => panic!("a bug"),
            4 => std::future::pending().await,
            _ => Ok(()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_a_panic_and_a_stall_fail_alone() {
        let parts = (1..=9).map(|n| (n, n)).collect();
        assert_eq!(failures(parts, Duration::from_secs(20), work).await, [2, 3, 4]);
    }

    #[tokio::test]
    async fn without_time_everything_comes_again() {
        let stall = |_: u32| async { std::future::pending::<Result<(), No>>().await };
        assert_eq!(failures(vec![("a", 1), ("b", 2)], Duration::ZERO, stall).await, ["a", "b"]);
        assert_eq!(budget(SystemTime::UNIX_EPOCH), Duration::ZERO);
    }
}
