//! The daemon's parts: each starts, handles one event after the other, and stops. A part that fails is
//! started again, later and later; it never takes another one down.

use std::{future::Future, time::Duration};

use queue_client::Backoff;

use super::health::Health;
use crate::{AgentError, stop::Stop};

/// How long the piece of work in hand may take after somebody asked to stop. What is cut off then goes on
/// at the next start.
const GRACE: Duration = Duration::from_secs(20);
/// Between tries. A host that is back is found soon, and a line that is down is not asked without end.
const LONGEST: Duration = Duration::from_secs(15);

/// What a successful start says.
pub enum Started {
    /// It has done what may fail, so what failed before works again.
    Works,
    /// Nothing was tried yet; only the next event will tell.
    Untried,
}

pub trait Component: Send {
    /// For the log and `darkslide status`.
    const NAME: &'static str;

    /// Called first, and again after an error.
    fn start(&mut self) -> impl Future<Output = Result<Started, AgentError>> + Send {
        async { Ok(Started::Untried) }
    }

    /// Waits for the next thing to do and does it. Returns soon after a stop was asked for.
    fn event(&mut self) -> impl Future<Output = Result<(), AgentError>> + Send;

    fn stop(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

pub async fn supervise<C: Component>(mut component: C, stop: Stop, health: Health) {
    let mut backoff = Backoff::new(Duration::from_secs(1), LONGEST);
    let mut started = false;
    while !stop.asked() {
        let round = async {
            if started { component.event().await.map(|()| Started::Works) } else { component.start().await }
        };
        let ended = tokio::select! {
            ended = round => ended,
            () = overdue(&stop) => break,
        };
        match ended {
            Ok(Started::Untried) => started = true,
            Ok(Started::Works) => {
                started = true;
                backoff.reset();
                if health.well(C::NAME) {
                    // At the level of the trouble: whoever read of that reads that it is over.
                    tracing::warn!("{}: works again", C::NAME);
                }
            }
            Err(error) => {
                started = false;
                if health.unwell(C::NAME, &error) {
                    tracing::warn!("{}: {error}", C::NAME);
                }
                let delay = backoff.next_delay();
                tokio::select! {
                    () = tokio::time::sleep(delay) => {}
                    () = stop.wait() => {}
                }
            }
        }
    }
    component.stop().await;
    tracing::debug!("{} has stopped", C::NAME);
}

async fn overdue(stop: &Stop) {
    stop.wait().await;
    tokio::time::sleep(GRACE).await;
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    struct Flaky {
        starts: Arc<AtomicUsize>,
        stop: Stop,
        /// Whether its start tries the network.
        tries: bool,
    }

    impl Component for Flaky {
        const NAME: &'static str = "flaky";
        async fn start(&mut self) -> Result<Started, AgentError> {
            if self.starts.fetch_add(1, Ordering::SeqCst) == 2 {
                self.stop.ask();
            }
            Ok(if self.tries { Started::Works } else { Started::Untried })
        }
        async fn event(&mut self) -> Result<(), AgentError> {
            Err(AgentError::new("the network is gone"))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failing_part_is_started_again_and_its_trouble_is_known_until_it_works() {
        for tries in [true, false] {
            let (starts, stop, health) = (Arc::new(AtomicUsize::new(0)), Stop::default(), Health::default());
            let flaky = Flaky { starts: starts.clone(), stop: stop.clone(), tries };
            supervise(flaky, stop, health.clone()).await;
            assert_eq!(starts.load(Ordering::SeqCst), 3);
            assert_eq!(health.snapshot().is_empty(), tries, "a start that tried nothing ends no trouble");
        }
    }
}
