//! `pair`: codes for studios, and whom this lab works for.

use anyhow::{Context, Result, bail};
use serde_json::json;
use wire::{lab::AnswerPairing, pairing_code::PairingCode, route, signed::public_key};

use super::{Outcome, Setting};
use crate::{
    cli::{Pair, PairCommand},
    journal::{
        Journal,
        studios::{KnownStudio, StudioState},
    },
    ticket::order_json::rfc3339,
};

pub async fn run(cx: &Setting, args: Pair) -> Result<Outcome> {
    let journal = cx.journal()?;
    match args.command {
        None => code(cx, &journal),
        Some(PairCommand::List) => list(cx, &journal),
        Some(PairCommand::Refuse { studio }) => refuse(cx, &journal, &studio).await,
    }
}

fn code(cx: &Setting, journal: &Journal) -> Result<Outcome> {
    let lab = cx.enrolment(journal)?;
    let mut secret = [0; 10];
    getrandom::fill(&mut secret).context("the operating system gave no randomness")?;
    let code = PairingCode::new(lab.lab, &public_key(&cx.home.key()?), secret);
    let expires_at = journal.add_pairing_code(&secret)?;
    let value =
        json!({ "code": code.to_string(), "expires": rfc3339(expires_at), "lab": lab.lab, "name": lab.name });
    cx.print(&value, || {
        format!(
            "{code}\n\nGive this code to one studio, in person or by a channel you trust. It is good for 7 days.\nThe studio enters: darkslide lab pair {code}\n{}",
            if cx.home.is_running() { "The running receiver answers it." } else { "Start `darkslide-lab run` so that it is answered." }
        )
    })?;
    // The code is what was asked for, also with --quiet.
    if cx.quiet && !cx.json {
        println!("{code}");
    }
    Ok(Outcome::Done)
}

fn list(cx: &Setting, journal: &Journal) -> Result<Outcome> {
    let studios = journal.studios()?;
    cx.print(&studios, || {
        if studios.is_empty() {
            return "no studio has asked yet; make a code for one with `darkslide-lab pair`".to_owned();
        }
        let row = |s: &KnownStudio| {
            let state = match s.state {
                StudioState::Paired => "paired",
                StudioState::Refused => "refused",
                StudioState::Unproven => "asked without a valid code",
            };
            format!("{:<30}  {}  {state}", s.name, s.studio)
        };
        let mut text = studios.iter().map(row).collect::<Vec<_>>().join("\n");
        if let Ok(Some(until)) = journal.oldest_open_code() {
            text.push_str(&format!("\na pairing code is open until {}", rfc3339(until)));
        }
        text
    })?;
    Ok(Outcome::Done)
}

async fn refuse(cx: &Setting, journal: &Journal, wanted: &str) -> Result<Outcome> {
    let fits = |s: &&KnownStudio| s.studio.to_string() == wanted || s.name.eq_ignore_ascii_case(wanted);
    let studios = journal.studios()?;
    let found: Vec<_> = studios.iter().filter(fits).collect();
    let studio = match found[..] {
        [studio] => studio.clone(),
        [] => bail!("no studio {wanted:?} is known here\n`darkslide-lab pair list` shows them"),
        _ => bail!(
            "several studios are called {wanted:?}\nname it by its id, as `darkslide-lab pair list` shows it"
        ),
    };
    let refused = KnownStudio { state: StudioState::Refused, answered: false, ..studio };
    journal.put_studio(&refused)?;
    let path = route::fill(route::LAB_PAIRING, &[&refused.studio]);
    let told = cx.client(journal)?.post_unit(&path, &AnswerPairing { accept: false }).await;
    if told.is_ok() {
        journal.put_studio(&KnownStudio { answered: true, ..refused.clone() })?;
    }
    cx.print(&refused, || match told {
        Ok(()) => format!("{} is refused; what it sends is not printed", refused.name),
        Err(error) => {
            format!(
                "{} is refused here; the host will be told by `darkslide-lab run` ({error})",
                refused.name
            )
        }
    })?;
    Ok(Outcome::Done)
}
