//! `run`: receives, verifies and prints until it is asked to stop.

use anyhow::Result;
use tokio::sync::watch;

use super::{Outcome, Setting};
use crate::{
    cli::Run,
    run::{Parts, Receiver},
    speaker::Speaker,
};

pub async fn run(cx: &Setting, args: Run) -> Result<Outcome> {
    let journal = cx.journal()?;
    let enrolment = cx.enrolment(&journal)?;
    let config = cx.config()?;
    let _lock = cx.home.lock()?;
    let speaker = Speaker { json: cx.json, quiet: cx.quiet };
    let client = cx.client(&journal)?;
    let lab_name = if config.name.is_empty() { enrolment.name.clone() } else { config.name.clone() };
    let names: Vec<_> = config.printers.keys().map(String::as_str).collect();
    let printers = if names.is_empty() { "no printer".to_owned() } else { names.join(", ") };
    speaker.say("started", None, &format!("{lab_name} at {}; {printers}", enrolment.host));
    let (stop, stopped) = watch::channel(false);
    let parts = Parts {
        home: cx.home.clone(),
        config,
        receiver: journal.receiver()?,
        journal: journal.clone(),
        client,
        lab: enrolment.lab,
        lab_name,
        key: cx.home.key()?,
        speaker,
    };
    tokio::spawn(async move {
        wait_for_signal().await;
        let _ = stop.send(true);
        // A second signal ends at once; the journal is safe at any instant.
        wait_for_signal().await;
        std::process::exit(1);
    });
    Receiver::new(parts, stopped).run(args.once).await?;
    speaker.say("stopped", None, "everything is in the journal; `darkslide-lab run` goes on");
    Ok(if journal.held_lines()?.is_empty() { Outcome::Done } else { Outcome::Partly })
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
