//! One active receiver per lab. The lease is fenced: the host refuses claims with an older fence.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use queue_client::Backoff;
use wire::{
    lab::{LeaseInfo, TakeLease},
    route,
};

use super::Receiver;

/// Taken off the end of the lease, so that a step begun in time also ends in time.
const MARGIN: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct Lease {
    held: Mutex<Option<(u64, Instant)>>,
    busy: AtomicU32,
}

/// While it lives, the receiver is in the middle of handing something over.
pub(super) struct Busy<'a>(&'a AtomicU32);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Lease {
    /// The fence, while the lease is surely ours.
    pub fn fence(&self) -> Option<u64> {
        let held = *self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.filter(|(_, until)| *until > Instant::now()).map(|(fence, _)| fence)
    }
    pub fn drop_it(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
    fn keep(&self, fence: u64, until: Instant) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some((fence, until));
    }
    pub fn busy(&self) -> Busy<'_> {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Busy(&self.busy)
    }
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }
}

impl Receiver {
    pub(super) async fn keep_lease(self: Arc<Self>) -> Result<()> {
        let seconds = self.config.lease_seconds;
        let ask = TakeLease { receiver: self.receiver, seconds };
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
        let mut standing_by = false;
        let mut told = false;
        loop {
            let asked_at = Instant::now();
            let epoch = self.client.epoch();
            match self.client.post::<_, LeaseInfo>(route::LAB_LEASE, &ask).await {
                // The host was restored, and with it the lease: whoever was active until then goes first, because
                // its journal knows what was printed since.
                Ok(lease) if lease.held && standing_by && self.client.epoch() != epoch => {
                    tokio::time::sleep(Duration::from_secs((seconds * 3).into())).await;
                }
                Ok(lease) if lease.held => {
                    let first = self.lease.fence().is_none();
                    self.lease.keep(lease.fence, asked_at + Duration::from_secs(seconds.into()) - MARGIN);
                    if first {
                        self.speaker.say("active", None, "this receiver is the active one of the lab");
                        self.wake();
                    }
                    if told {
                        self.speaker.say("online", None, "the host answers again");
                    }
                    (standing_by, told) = (false, false);
                    backoff.reset();
                    tokio::time::sleep(Duration::from_secs((seconds / 3).into())).await;
                }
                Ok(_) => {
                    self.lease.drop_it();
                    if !standing_by {
                        self.speaker.say(
                            "standby",
                            None,
                            "another receiver of this lab is active; standing by",
                        );
                    }
                    standing_by = true;
                    backoff.reset();
                    tokio::time::sleep(Duration::from_secs((seconds / 6).max(2).into())).await;
                }
                Err(error) => {
                    if !told {
                        let hint = error.hint().map(|h| format!(": {h}")).unwrap_or_default();
                        self.speaker.warn("offline", None, &format!("{error}{hint}"));
                    }
                    told = true;
                    backoff.wait().await;
                }
            }
        }
    }
}
