//! `remake`: prints a line once more, because the lab spoilt it.

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::{Outcome, Setting};
use crate::{cli::Remake, journal::lines::LineState, spool::Spool};

pub async fn run(cx: &Setting, args: Remake) -> Result<Outcome> {
    let journal = cx.journal()?;
    let order = cx.order(&journal, &args.order)?;
    let reason = domain::text::one_line(&args.reason, 300);
    if reason.is_empty() {
        bail!("say why: darkslide-lab remake {} {} --reason \"scratched\"", order.number(), args.line);
    }
    let row = journal
        .newest_line(order, args.line)?
        .with_context(|| format!("order {} has no line {} here", order.number(), args.line))?;
    if !matches!(row.state, LineState::Printed | LineState::Shipped) {
        bail!(
            "line {} of order {} has not been printed yet (it is {})\nif it is on hold, use `darkslide-lab release`",
            row.line,
            row.number,
            row.state.as_str()
        );
    }
    let job = journal.delivery(order, row.delivery)?.and_then(|d| d.job);
    let line = job.and_then(|j| j.lines.into_iter().find(|l| l.line == row.line));
    let line = line.context("the journal has lost the delivery of this line")?;
    let spool = Spool::of(&cx.home, order, row.delivery);
    if !line.files.iter().all(|f| spool.holds(f)) {
        bail!(
            "the print files of order {} are no longer here (keep_days in lab.toml)\nask the studio to order line {} again",
            row.number,
            row.line
        );
    }
    let attempt = journal.remake(&row, &reason)?;
    journal.note(Some(&order.to_string()), Some(row.line), &format!("remake: {reason}"))?;
    let value = json!({ "number": row.number, "line": row.line, "attempt": attempt, "reason": reason });
    cx.print(&value, || {
        format!("line {} of order {} is printed again; {}", row.line, row.number, cx.next_step())
    })?;
    Ok(Outcome::Done)
}
