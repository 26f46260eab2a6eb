//! The doorbell, and the listings it only points at.

use std::{sync::Arc, sync::atomic::Ordering, time::Duration, time::Instant};

use anyhow::Result;
use queue_client::{Backoff, HostError};
use wire::{lab::DeliveryInfo, queue::Doorbell, route};

use super::Receiver;

const SWEEP_EVERY: Duration = Duration::from_secs(3_600);
/// Half of what a message is hidden for.
const HEARTBEAT: Duration = Duration::from_secs(30);

impl Receiver {
    pub(super) async fn listen(self: Arc<Self>) -> Result<()> {
        let mut backoff = Backoff::default();
        let mut next_sweep = Instant::now();
        loop {
            if self.lease.fence().is_none() {
                self.pause().await;
                continue;
            }
            let step = async {
                if next_sweep <= Instant::now() || self.sweep_due.swap(false, Ordering::SeqCst) {
                    self.sweep().await?;
                    self.tidy()?;
                    next_sweep = Instant::now() + SWEEP_EVERY;
                }
                self.answer_bell().await
            };
            match step.await {
                Ok(()) => {
                    if backoff.tries() > 0 {
                        self.speaker.say("online", None, "deliveries are heard of again");
                    }
                    backoff.reset();
                }
                Err(error) => {
                    if backoff.tries() == 0 {
                        self.speaker.warn("offline", None, &format!("{error:#}"));
                    }
                    backoff.wait().await;
                }
            }
        }
    }

    /// Messages are deleted after what they ring about is in the journal.
    async fn answer_bell(&self) -> Result<()> {
        let messages = self.client.receive(Duration::from_secs(20)).await?;
        if messages.is_empty() {
            return Ok(());
        }
        let concerns = |message: &wire::queue::QueueMessage| {
            !matches!(
                serde_json::from_str(&message.body),
                Ok(Doorbell::Unknown | Doorbell::Job { .. }) | Err(_)
            )
        };
        if messages.iter().any(concerns) {
            // Many deliveries at once, or a slow line: the bell must not ring again meanwhile.
            self.client.while_hidden(&messages, HEARTBEAT, self.sweep()).await?;
        }
        self.client.delete_messages(messages.into_iter().map(|m| m.receipt).collect()).await?;
        Ok(())
    }

    async fn sweep(&self) -> Result<()> {
        self.answer_pairings().await?;
        let deliveries: Vec<DeliveryInfo> =
            self.client.get_all(route::LAB_DELIVERIES).await.map_err(anyhow::Error::from)?;
        for info in deliveries.iter().filter(|d| d.lab == self.lab) {
            if self.journal.learn(info.order, info.attempt, info.studio)? {
                self.speaker.say("announced", Some(&info.order.number()), "a delivery is ready");
            } else if !info.acknowledged {
                // The host did not get our answer: give it again.
                self.journal.unacknowledged(info.order, info.attempt)?;
                // After a restore it did not get anything else of it either.
                if self.may_come_back()?.is_some() {
                    self.journal.tell_again(info.order)?;
                }
            }
        }
        self.swept.store(true, Ordering::SeqCst);
        self.wake();
        Ok(())
    }

    /// Removes print files that nobody needs any more.
    fn tidy(&self) -> Result<()> {
        let limit = crate::journal::now() - i64::from(self.config.keep_days) * domain::Millis::DAY;
        let mut orders: Vec<_> = self.journal.deliveries()?.iter().map(|d| d.order).collect();
        orders.dedup();
        for order in orders {
            if self.journal.settled_since(order)?.is_some_and(|at| at < limit) {
                crate::spool::remove(&self.home, order)?;
            }
        }
        Ok(())
    }
}

/// For people, in one line.
pub(super) fn line(error: &HostError) -> String {
    match error.hint() {
        Some(hint) => format!("{error} ({hint})"),
        None => error.to_string(),
    }
}
