//! `release`: a person's answer lets a held line go on.

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::{Outcome, Setting};
use crate::{
    cli::Release,
    journal::lines::{HoldKind, LineRow, LineState},
};

pub async fn run(cx: &Setting, args: Release) -> Result<Outcome> {
    let journal = cx.journal()?;
    let order = cx.order(&journal, &args.order)?;
    let row = journal
        .newest_line(order, args.line)?
        .with_context(|| format!("order {} has no line {} here", order.number(), args.line))?;
    let Some(kind) = row.hold_kind.filter(|_| row.hold.is_some()) else {
        bail!(
            "line {} of order {} is not on hold (it is {})\n`darkslide-lab hold list` shows what is",
            row.line,
            row.number,
            row.state.as_str()
        );
    };
    let what = next(&row, kind, &args)?;
    let changed = journal.advance(&row, row.state, |r| {
        (r.hold, r.hold_kind) = (None, None);
        match what {
            Next::TryAgain => {}
            Next::Printed => r.state = LineState::Printed,
            Next::PrintAgain => {
                // A line that was never claimed is claimed first, like any other.
                if r.state > LineState::Waiting {
                    r.state = LineState::Claimed;
                }
                if kind == HoldKind::Elsewhere || kind == HoldKind::Uncertain {
                    r.state = LineState::Claimed;
                }
                r.device_job = None;
                r.round += 1;
            }
        }
    })?;
    if !changed {
        bail!("line {} changed just now; look at `darkslide-lab hold list` again", row.line);
    }
    let told = match what {
        Next::TryAgain => "tried again",
        Next::Printed => "taken as printed",
        Next::PrintAgain => "printed again",
    };
    journal.note(Some(&order.to_string()), Some(row.line), &format!("released by hand: {told}"))?;
    let value = json!({ "number": row.number, "line": row.line, "released": told });
    cx.print(&value, || format!("line {} of order {} is {told}; {}", row.line, row.number, cx.next_step()))?;
    Ok(Outcome::Done)
}

#[derive(Clone, Copy)]
enum Next {
    TryAgain,
    Printed,
    PrintAgain,
}

fn next(row: &LineRow, kind: HoldKind, args: &Release) -> Result<Next> {
    if args.printed {
        return Ok(Next::Printed);
    }
    if args.print_again {
        return Ok(Next::PrintAgain);
    }
    match kind {
        HoldKind::Device | HoldKind::Setup => Ok(Next::TryAgain),
        HoldKind::Uncertain | HoldKind::Repeat | HoldKind::Elsewhere => bail!(
            "line {} may have been printed already: {}\nlook at the prints, then say which:\n  darkslide-lab release {} {} --printed\n  darkslide-lab release {} {} --print-again",
            row.line,
            row.hold.as_deref().unwrap_or(""),
            row.number,
            row.line,
            row.number,
            row.line
        ),
    }
}
