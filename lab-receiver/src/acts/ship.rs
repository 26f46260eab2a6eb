//! The order has left; studio and customer are told.

use anyhow::{Result, bail};
use domain::id::OrderId;
use serde::Serialize;

use crate::journal::{Journal, lines::LineState};

#[derive(Debug, Serialize)]
pub struct Left {
    pub number: String,
    pub lines: usize,
    pub tracking: String,
}

pub fn ship(
    journal: &Journal,
    order: OrderId,
    carrier: Option<&str>,
    tracking: Option<&str>,
) -> Result<Left> {
    let number = order.number();
    let open: Vec<String> = journal
        .lines_of(order)?
        .iter()
        .filter(|l| l.state < LineState::Printed)
        .map(|l| {
            let held = if l.hold.is_some() { ", on hold" } else { "" };
            format!("line {} is {}{held}", l.line, l.state.as_str())
        })
        .collect();
    if !open.is_empty() {
        bail!(
            "order {number} is not complete: {}\n`darkslide-lab hold list` shows what waits for you",
            open.join("; ")
        );
    }
    let words = [carrier, tracking].into_iter().flatten().map(str::trim).filter(|w| !w.is_empty());
    let tracking = domain::text::one_line(&words.collect::<Vec<_>>().join(" "), 120);
    let lines = journal.ship(order, (!tracking.is_empty()).then(|| tracking.clone()))?;
    if lines == 0 {
        bail!("order {number} has left already, or has nothing that was printed here");
    }
    Ok(Left { number, lines, tracking })
}
