//! `queue list`: what waits, and what a person has to look at.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::{
    data_folder::open,
    output::{Output, safe},
};

const SHOWN: u32 = 200;

#[derive(Serialize)]
struct Queues {
    queues: Vec<Waiting>,
    /// Failed too often; nothing tries them again.
    failed: Vec<Failed>,
}

#[derive(Serialize)]
struct Waiting {
    name: String,
    waiting: u64,
    oldest_at: Option<i64>,
}

#[derive(Serialize)]
struct Failed {
    id: i64,
    from: String,
    what: String,
    why: Option<String>,
    at: i64,
    tries: u32,
}

pub async fn list(data: &Path, out: Output) -> Result<()> {
    let store = open(data)?;
    let queues = store.queue_states().await?.into_iter().map(|q| Waiting {
        name: q.name,
        waiting: q.waiting,
        oldest_at: q.oldest_at.map(|t| t.0),
    });
    let failed = store.dead_letters(SHOWN).await?.into_iter().map(|d| Failed {
        id: d.id,
        from: d.origin,
        what: d.body,
        why: d.error,
        at: d.at.0,
        tries: d.tries,
    });
    let queues = Queues { queues: queues.collect(), failed: failed.collect() };
    let now = store.ports().clock.now().0;
    out.show(&queues, |all| {
        let mut text = String::new();
        for queue in &all.queues {
            let oldest = queue
                .oldest_at
                .map_or(String::new(), |at| format!(", the oldest for {} min", (now - at).max(0) / 60_000));
            text.push_str(&format!("{:<40} {:>6} waiting{oldest}\n", queue.name, queue.waiting));
        }
        if all.failed.is_empty() {
            text.push_str("\nNothing has failed for good.\n");
            return text;
        }
        text.push_str("\nFailed for good; look at the reason, then repeat the step at the studio or lab:\n");
        for failed in &all.failed {
            text.push_str(&format!(
                "  {} {} after {} tries: {}\n",
                failed.from,
                safe(&failed.what),
                failed.tries,
                safe(failed.why.as_deref().unwrap_or("no reason was noted"))
            ));
        }
        text
    })
}
