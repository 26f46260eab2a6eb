//! The running receiver: six loops over one journal.
//!
//! * lease: one active receiver per lab; everything below but reports waits while another holds it;
//! * doorbell: long-polls the queue, and sweeps the listings at start and hourly (the truth behind it);
//! * deliver: manifests, files, ticket;
//! * print: one loop a printer;
//! * report: the outbox;
//! * restored: what a host that was restored has to be told again.
//!
//! Every loop can be killed at any instant: what matters is in the journal before anybody is told.

mod crash;
mod deliver;
mod doorbell;
mod lease;
mod pairing;
mod print;
mod report;
mod restored;

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use domain::id::{LabId, OrderId, ReceiverId};
use ed25519_dalek::SigningKey;
use queue_client::{Backoff, HostClient};
use tokio::sync::{Notify, watch};

use crate::{config::Config, home::Home, journal::Journal, speaker::Speaker, verify::LabOrder};
use lease::Lease;

pub struct Receiver {
    pub home: Home,
    pub config: Config,
    pub journal: Arc<Journal>,
    pub client: HostClient,
    pub lab: LabId,
    pub lab_name: String,
    pub receiver: ReceiverId,
    pub key: SigningKey,
    pub speaker: Speaker,
    lease: Lease,
    /// Something may have changed for the deliver, print or report loop.
    changed: Notify,
    stop: watch::Receiver<bool>,
    swept: AtomicBool,
    /// The listings are to be looked at without waiting for the hour.
    sweep_due: AtomicBool,
    jobs: Jobs,
}

/// By order and attempt.
type Jobs = Mutex<HashMap<(OrderId, u32), Arc<LabOrder>>>;

/// How long a loop sleeps when nothing wakes it: commands of other processes are seen within this.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

pub struct Parts {
    pub home: Home,
    pub config: Config,
    pub journal: Arc<Journal>,
    pub client: HostClient,
    pub lab: LabId,
    pub lab_name: String,
    pub receiver: ReceiverId,
    pub key: SigningKey,
    pub speaker: Speaker,
}

impl Receiver {
    pub fn new(parts: Parts, stop: watch::Receiver<bool>) -> Arc<Self> {
        let Parts { home, config, journal, client, lab, lab_name, receiver, key, speaker } = parts;
        let lease = Lease::default();
        let changed = Notify::new();
        let (swept, sweep_due) = (AtomicBool::new(false), AtomicBool::new(false));
        let jobs = Jobs::default();
        Arc::new(Self {
            home,
            config,
            journal,
            client,
            lab,
            lab_name,
            receiver,
            key,
            speaker,
            lease,
            changed,
            stop,
            swept,
            sweep_due,
            jobs,
        })
    }

    /// Until asked to stop; with `once`, until nothing is left to do.
    pub async fn run(self: &Arc<Self>, once: bool) -> Result<()> {
        crate::spool::remove_unfinished(&self.home.spool());
        let mut loops = tokio::task::JoinSet::new();
        loops.spawn(self.clone().keep_lease());
        loops.spawn(self.clone().listen());
        loops.spawn(self.clone().deliver());
        loops.spawn(self.clone().send_reports());
        loops.spawn(self.clone().watch_epoch());
        loops.spawn(self.clone().route_lines());
        for printer in self.config.printers.keys() {
            loops.spawn(self.clone().drive(printer.clone()));
        }
        let mut stop = self.stop.clone();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                Some(ended) = loops.join_next() => {
                    // Loops end only with a fault of the journal's disk, or a panic.
                    ended??;
                    break;
                }
                () = tokio::time::sleep(LOOK_AGAIN), if once => {
                    if self.is_idle()? { break }
                }
            }
        }
        // A step that has begun to hand over is not torn: steps are short, and end by themselves.
        let _ = tokio::time::timeout(Duration::from_secs(5), async {
            while self.lease.is_busy() {
                tokio::time::sleep(Duration::from_millis(20)).await
            }
        })
        .await;
        loops.shutdown().await;
        Ok(())
    }

    fn is_idle(&self) -> Result<bool> {
        Ok(self.swept.load(Ordering::SeqCst)
            && self.journal.open_deliveries()?.is_empty()
            && self.journal.printable_lines()?.is_empty()
            && self.journal.pending_reports()?.is_empty())
    }

    fn wake(&self) {
        self.changed.notify_waiters();
    }

    async fn pause(&self) {
        tokio::select! {
            () = self.changed.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }

    fn stopping(&self) -> bool {
        *self.stop.borrow()
    }
}

/// When something that failed may be tried again, by what it is.
struct Retries<K>(HashMap<K, (Backoff, Instant)>);

impl<K: Eq + Hash> Retries<K> {
    fn new() -> Self {
        Self(HashMap::new())
    }
    fn may_try(&self, key: &K) -> bool {
        self.0.get(key).is_none_or(|(_, at)| *at <= Instant::now())
    }
    /// How many times it has failed now.
    fn failed(&mut self, key: K) -> u32 {
        let fresh = || (Backoff::new(Duration::from_secs(1), Duration::from_secs(120)), Instant::now());
        let (backoff, at) = self.0.entry(key).or_insert_with(fresh);
        *at = Instant::now() + backoff.next_delay();
        backoff.tries()
    }
    fn done(&mut self, key: &K) {
        self.0.remove(key);
    }
}
