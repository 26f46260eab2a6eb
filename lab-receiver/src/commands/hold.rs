//! `hold list`: what waits for a person, why, and the command that settles it.

use anyhow::Result;
use serde::Serialize;

use super::{Outcome, Setting};
use crate::journal::lines::{HoldKind, LineRow, LineState};

#[derive(Serialize)]
struct Hold {
    number: String,
    line: u32,
    attempt: u32,
    copies: u32,
    kind: HoldKind,
    why: String,
    state: LineState,
    commands: Vec<String>,
}

pub fn run(cx: &Setting) -> Result<Outcome> {
    let holds: Vec<Hold> = cx.journal()?.held_lines()?.into_iter().map(describe).collect();
    cx.print(&holds, || {
        if holds.is_empty() {
            return "nothing waits for you".to_owned();
        }
        let block = |h: &Hold| {
            let commands = h.commands.iter().map(|c| format!("    {c}")).collect::<Vec<_>>().join("\n");
            format!("{}  line {}, {} copies\n  {}\n{commands}\n", h.number, h.line, h.copies, h.why)
        };
        holds.iter().map(block).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if holds.is_empty() { Outcome::Done } else { Outcome::Partly })
}

fn describe(row: LineRow) -> Hold {
    let kind = row.hold_kind.unwrap_or(HoldKind::Uncertain);
    let release = format!("darkslide-lab release {} {}", row.number, row.line);
    let answers = vec![
        format!("{release} --printed        # it is there: go on"),
        format!("{release} --print-again    # it is not: print all {} copies", row.copies),
    ];
    Hold {
        commands: match kind {
            HoldKind::Device | HoldKind::Setup => vec![format!("{release}    # after mending it: try again")],
            HoldKind::Uncertain | HoldKind::Repeat | HoldKind::Elsewhere => answers,
        },
        number: row.number,
        line: row.line,
        attempt: row.attempt,
        copies: row.copies,
        kind,
        why: row.hold.unwrap_or_default(),
        state: row.state,
    }
}
