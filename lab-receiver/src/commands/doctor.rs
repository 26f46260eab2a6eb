//! `doctor`: everything that must be right, what is not, and what to do about it.

use anyhow::Result;
use serde::Serialize;
use wire::{lab::PairingInfo, route};

use super::{Outcome, Setting, printers};
use crate::{config::Config, journal::studios::StudioState, speaker::count};

#[derive(Serialize)]
struct Check {
    what: &'static str,
    good: bool,
    found: String,
}

pub async fn run(cx: &Setting) -> Result<Outcome> {
    let mut checks = Vec::new();
    let mut add = |what, result: Result<String>| {
        let good = result.is_ok();
        let found = result.unwrap_or_else(|e| format!("{e:#}"));
        checks.push(Check { what, good, found });
        good
    };
    add("folder", Ok(cx.home.dir.display().to_string()));
    add("key", cx.home.key().map(|k| format!("readable, {}", wire::signed::public_key(&k))));
    add("key file", private(&cx.home.key_file()));
    let config = Config::load(&cx.home);
    add(
        "lab.toml",
        config
            .as_ref()
            .map(|c| format!("{}, {}", count(c.printers.len(), "printer"), count(c.rules.len(), "rule")))
            .map_err(|e| anyhow::anyhow!("{e:#}")),
    );
    let journal = cx.journal();
    if let Ok(journal) = &journal {
        let sound: Result<String> = journal.read(|c| {
            let answer: String = c.query_row("PRAGMA quick_check", [], |r| r.get(0))?;
            if answer == "ok" {
                Ok("sound".to_owned())
            } else {
                anyhow::bail!("damaged: {answer}; restore lab.db from a backup")
            }
        });
        add("journal", sound);
        let enrolled = cx.enrolment(journal);
        let is_enrolled = add("enrolment", enrolled.map(|e| format!("{} ({}) at {}", e.name, e.lab, e.host)));
        if is_enrolled && config.is_ok() {
            add("host", host(cx, journal).await);
            let paired = journal.studios()?.iter().filter(|s| s.state == StudioState::Paired).count();
            add(
                "pairing",
                if paired > 0 {
                    Ok(count(paired, "studio"))
                } else {
                    Err(anyhow::anyhow!("no studio is paired yet: give one a code with `darkslide-lab pair`"))
                },
            );
        }
        let holds = journal.held_lines()?.len();
        add(
            "holds",
            if holds == 0 {
                Ok("none".to_owned())
            } else {
                Err(anyhow::anyhow!("to be settled: {}, see `darkslide-lab hold list`", count(holds, "line")))
            },
        );
    } else if let Err(error) = journal {
        add("journal", Err(error));
    }
    if let Ok(config) = &config {
        for report in printers::ask(cx, config).await? {
            let found = format!("{} {} {}", report.name, report.place, report.says);
            add(
                "printer",
                match report.trouble {
                    None => Ok(found),
                    Some(trouble) => Err(anyhow::anyhow!("{}: {trouble}", report.name)),
                },
            );
        }
        if config.rules.is_empty() {
            add(
                "rules",
                Err(anyhow::anyhow!("lab.toml has no [[rules]], so every print would wait for you")),
            );
        }
    }
    cx.print(&checks, || {
        let row = |c: &Check| format!("{}  {:<10} {}", if c.good { "ok " } else { "BAD" }, c.what, c.found);
        checks.iter().map(row).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if checks.iter().all(|c| c.good) { Outcome::Done } else { Outcome::Partly })
}

async fn host(cx: &Setting, journal: &crate::journal::Journal) -> Result<String> {
    let client = cx.client(journal)?;
    let pairings: Vec<PairingInfo> = client.get(route::LAB_PAIRINGS).await.map_err(crate::host::explain)?;
    let clear = if client.speaks_in_clear() { "; without TLS: use https://" } else { "" };
    Ok(format!("{} answers, {}{clear}", client.origin(), count(pairings.len(), "pairing")))
}

#[cfg(unix)]
fn private(path: &std::path::Path) -> Result<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok("only you can read it".to_owned())
    } else {
        anyhow::bail!("others can read it: chmod 600 {}", path.display())
    }
}

#[cfg(not(unix))]
fn private(path: &std::path::Path) -> Result<String> {
    std::fs::metadata(path)?;
    Ok("there".to_owned())
}
