//! The event functions, run by this process: woken by the commit that made their work, and looking by
//! themselves now and then, because another process may have written, or a retry be due.

mod dispatch;
mod index;
mod mail;
mod relay;
mod timer;

use std::{future::Future, sync::Arc, time::Duration};

use embedded::{Event, EventKind, Store};
use ports::Mailer;
use tokio::{sync::watch, task::JoinHandle};

/// How long nothing is looked for without being woken.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const AT_ONCE: u32 = 50;

pub(super) fn start(
    store: &Store,
    every: Duration,
    mailer: Option<Arc<dyn Mailer>>,
    stopping: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(until_stopped(stopping.clone(), index::run(store.clone()))),
        tokio::spawn(until_stopped(stopping.clone(), relay::run(store.clone()))),
        tokio::spawn(until_stopped(stopping.clone(), dispatch::run(store.clone()))),
        tokio::spawn(until_stopped(stopping.clone(), timer::run(store.clone(), every))),
        tokio::spawn(until_stopped(stopping.clone(), mail::run(store.clone(), mailer))),
    ]
}

/// Every step of a loop is safe to abandon between two awaits: its row stays until it is marked done.
async fn until_stopped(mut stopping: watch::Receiver<bool>, run: impl Future<Output = ()>) {
    tokio::select! {
        () = run => {}
        _ = stopping.wait_for(|stopped| *stopped) => {}
    }
}

/// Why a step failed, and whether trying again may help.
struct Failure {
    why: String,
    retry: bool,
}

impl Failure {
    fn new(error: &dyn std::error::Error, retry: bool) -> Self {
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            why.push_str(": ");
            why.push_str(&cause.to_string());
            source = cause.source();
        }
        Self { why, retry }
    }
}

/// Hands events of one kind to `handle`, one after the other, for as long as the host runs.
async fn events<F>(store: Store, kind: EventKind, handle: impl Fn(Event) -> F)
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    loop {
        let due = match store.events_due(kind, AT_ONCE).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, kind = kind.as_str(), "events cannot be read");
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            }
        };
        let idle = due.is_empty();
        for event in due {
            let (id, key) = (event.id, event.key.clone());
            // In a task of its own, so that a panic is one failed event and not the end of the loop.
            let result = match tokio::spawn(handle(event)).await {
                Ok(result) => result,
                Err(error) => Err(Failure::new(&error, true)),
            };
            let noted = match result {
                Ok(()) => store.event_done(id).await,
                Err(failure) => {
                    let parked = store.event_failed(id, &failure.why, failure.retry).await;
                    tracing::error!(key, why = failure.why, ?parked, "an event failed");
                    parked.map(drop)
                }
            };
            if let Err(error) = noted {
                tracing::error!(%error, "an event could not be marked; it comes again");
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        if idle {
            let _ = tokio::time::timeout(LOOK_AGAIN, store.event_rang(kind)).await;
        }
    }
}
