//! `remake`: prints a line once more, because the lab spoilt it.

use anyhow::Result;

use super::{Outcome, Setting};
use crate::{acts::remake::remake, cli::Remake};

pub async fn run(cx: &Setting, args: Remake) -> Result<Outcome> {
    let journal = cx.journal()?;
    let order = cx.order(&journal, &args.order)?;
    let remade = remake(&cx.home, &journal, order, args.line, &args.reason)?;
    cx.print(&remade, || {
        format!("line {} of order {} is printed again; {}", remade.line, remade.number, cx.next_step())
    })?;
    Ok(Outcome::Done)
}
