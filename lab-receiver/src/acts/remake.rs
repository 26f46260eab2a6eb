//! Prints a line once more, because the lab spoilt it.

use anyhow::{Context, Result, bail};
use domain::id::OrderId;
use serde::Serialize;

use crate::{
    home::Home,
    journal::{Journal, lines::LineState},
    spool::Spool,
};

#[derive(Debug, Serialize)]
pub struct Remade {
    pub number: String,
    pub line: u32,
    pub attempt: u32,
    pub reason: String,
}

pub fn remake(home: &Home, journal: &Journal, order: OrderId, line: u32, reason: &str) -> Result<Remade> {
    let reason = domain::text::one_line(reason, 300);
    if reason.is_empty() {
        bail!("say why: darkslide-lab remake {} {line} --reason \"scratched\"", order.number());
    }
    let row = journal
        .newest_line(order, line)?
        .with_context(|| format!("order {} has no line {line} here", order.number()))?;
    if !matches!(row.state, LineState::Printed | LineState::Shipped) {
        bail!(
            "line {} of order {} has not been printed yet (it is {})\nif it is on hold, use `darkslide-lab release`",
            row.line,
            row.number,
            row.state.as_str()
        );
    }
    let job = journal.delivery(order, row.delivery)?.and_then(|d| d.job);
    let found = job.and_then(|j| j.lines.into_iter().find(|l| l.line == row.line));
    let found = found.context("the journal has lost the delivery of this line")?;
    let spool = Spool::of(home, order, row.delivery);
    if !found.files.iter().all(|f| spool.holds(f)) {
        bail!(
            "the print files of order {} are no longer here (keep_days in lab.toml)\nask the studio to order line {} again",
            row.number,
            row.line
        );
    }
    let attempt = journal.remake(&row, &reason)?;
    journal.note(Some(&order.to_string()), Some(row.line), &format!("remake: {reason}"))?;
    Ok(Remade { number: row.number, line: row.line, attempt, reason })
}
