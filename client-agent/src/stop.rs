//! Ctrl-C: the first finishes the piece of work in hand and ends; the second ends at once.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::Notify;

#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    asked: AtomicBool,
    notify: Notify,
}

impl Stop {
    pub fn ask(&self) {
        self.0.asked.store(true, Ordering::SeqCst);
        self.0.notify.notify_waiters();
    }

    /// Long loops look here between two pieces of work.
    pub fn asked(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// Resolves when somebody asked.
    pub async fn wait(&self) {
        let notified = self.0.notify.notified();
        tokio::pin!(notified);
        // Registered before looking, so that an `ask` between the two is not missed.
        notified.as_mut().enable();
        if !self.asked() {
            notified.await;
        }
    }

    /// Listens for SIGINT and SIGTERM on the current runtime.
    pub fn listen(&self) {
        let stop = self.clone();
        tokio::spawn(async move {
            signal().await;
            stop.ask();
            eprintln!("stopping after the work in hand; press Ctrl-C again to end at once");
            signal().await;
            std::process::exit(130);
        });
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
