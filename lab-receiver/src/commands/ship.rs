//! `ship`: the order has left; studio and customer are told.

use anyhow::{Result, bail};
use serde_json::json;

use super::{Outcome, Setting};
use crate::{cli::Ship, journal::lines::LineState};

pub async fn run(cx: &Setting, args: Ship) -> Result<Outcome> {
    let journal = cx.journal()?;
    let order = cx.order(&journal, &args.order)?;
    let number = order.number();
    let lines = journal.lines_of(order)?;
    let open: Vec<String> = lines
        .iter()
        .filter(|l| l.state < LineState::Printed)
        .map(|l| {
            format!(
                "line {} is {}{}",
                l.line,
                l.state.as_str(),
                if l.hold.is_some() { ", on hold" } else { "" }
            )
        })
        .collect();
    if !open.is_empty() {
        bail!(
            "order {number} is not complete: {}\n`darkslide-lab hold list` shows what waits for you",
            open.join("; ")
        );
    }
    let words = [args.carrier, args.tracking].into_iter().flatten();
    let tracking = domain::text::one_line(&words.collect::<Vec<_>>().join(" "), 120);
    let shipped = journal.ship(order, (!tracking.is_empty()).then(|| tracking.clone()))?;
    if shipped == 0 {
        bail!("order {number} has left already, or has nothing that was printed here");
    }
    let value = json!({ "number": number, "lines": shipped, "tracking": tracking });
    cx.print(&value, || format!("order {number} has left ({shipped} lines); {}", cx.next_step()))?;
    Ok(Outcome::Done)
}
