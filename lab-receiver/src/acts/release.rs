//! A person's answer lets a held line go on.

use anyhow::{Context, Result, bail};
use domain::id::OrderId;
use serde::Serialize;

use crate::journal::{
    Journal,
    lines::{HoldKind, LineRow, LineState},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is there: go on.
    Printed,
    /// It is not there, or not well: print all its copies.
    PrintAgain,
}

#[derive(Debug, Serialize)]
pub struct Released {
    pub number: String,
    pub line: u32,
    pub released: &'static str,
}

#[derive(Clone, Copy)]
enum Next {
    TryAgain,
    Printed,
    PrintAgain,
}

/// Releases one line; nothing changes unless it is on hold and the answer fits the question.
pub fn release(journal: &Journal, order: OrderId, line: u32, answer: Option<Answer>) -> Result<Released> {
    let row = journal
        .newest_line(order, line)?
        .with_context(|| format!("order {} has no line {line} here", order.number()))?;
    let Some(kind) = row.hold_kind.filter(|_| row.hold.is_some()) else {
        bail!(
            "line {} of order {} is not on hold (it is {})\n`darkslide-lab hold list` shows what is",
            row.line,
            row.number,
            row.state.as_str()
        );
    };
    let what = next(&row, kind, answer)?;
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
    Ok(Released { number: row.number, line: row.line, released: told })
}

/// Every held line of an order, with the same answer.
pub fn release_all(journal: &Journal, order: OrderId, answer: Option<Answer>) -> Result<Vec<Released>> {
    let held: Vec<LineRow> = journal.held_lines()?.into_iter().filter(|r| r.order == order).collect();
    if held.is_empty() {
        bail!("no line of order {} is on hold\n`darkslide-lab status` shows its lines", order.number());
    }
    held.iter().map(|row| release(journal, order, row.line, answer)).collect()
}

fn next(row: &LineRow, kind: HoldKind, answer: Option<Answer>) -> Result<Next> {
    match (answer, kind) {
        (Some(Answer::Printed), _) => Ok(Next::Printed),
        (Some(Answer::PrintAgain), _) => Ok(Next::PrintAgain),
        (None, HoldKind::Device | HoldKind::Setup) => Ok(Next::TryAgain),
        (None, HoldKind::Uncertain | HoldKind::Repeat | HoldKind::Elsewhere) => bail!(
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
