//! `release`: a person's answer lets a held line go on.

use anyhow::{Result, bail};

use super::{Outcome, Setting};
use crate::{
    acts::release::{Answer, Released, release, release_all},
    cli::Release,
};

pub async fn run(cx: &Setting, args: Release) -> Result<Outcome> {
    let journal = cx.journal()?;
    let order = cx.order(&journal, &args.order)?;
    let answer = match (args.printed, args.print_again) {
        (true, _) => Some(Answer::Printed),
        (_, true) => Some(Answer::PrintAgain),
        _ => None,
    };
    let text =
        |r: &Released| format!("line {} of order {} is {}; {}", r.line, r.number, r.released, cx.next_step());
    match (args.line, args.all) {
        (Some(line), _) => {
            let released = release(&journal, order, line, answer)?;
            cx.print(&released, || text(&released))?;
        }
        (None, true) => {
            let released = release_all(&journal, order, answer)?;
            cx.print(&released, || released.iter().map(text).collect::<Vec<_>>().join("\n"))?;
        }
        (None, false) => bail!("say which line, or --all"),
    }
    Ok(Outcome::Done)
}
