//! `cargo run -p xtask -- edges|headers|lines|links|all`: checks of the tree that reviews forget.

mod edges;
mod headers;
mod lines;
mod links;
mod tree;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

/// What a check found wrong, one line each; empty is good.
type Findings = Vec<String>;
type Check = (&'static str, fn() -> Result<Findings>);

const CHECKS: [Check; 4] =
    [("edges", edges::check), ("headers", headers::check), ("lines", lines::check), ("links", links::check)];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool> {
    let wanted =
        std::env::args().nth(1).context("usage: cargo run -p xtask -- edges|headers|lines|links|all")?;
    let chosen: Vec<&Check> = CHECKS.iter().filter(|c| wanted == "all" || wanted == c.0).collect();
    if chosen.is_empty() {
        bail!("there is no check {wanted:?}; there are edges, headers, lines, links and all");
    }
    let mut clean = true;
    for (name, check) in chosen {
        let findings = check()?;
        for finding in &findings {
            eprintln!("{name}: {finding}");
        }
        println!(
            "{name}: {}",
            if findings.is_empty() { "ok".to_owned() } else { format!("{} wrong", findings.len()) }
        );
        clean &= findings.is_empty();
    }
    Ok(clean)
}
