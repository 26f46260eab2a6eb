//! `ship`: the order has left; studio and customer are told.

use anyhow::Result;

use super::{Outcome, Setting};
use crate::{acts::ship::ship, cli::Ship, speaker::count};

pub async fn run(cx: &Setting, args: Ship) -> Result<Outcome> {
    let journal = cx.journal()?;
    let order = cx.order(&journal, &args.order)?;
    let left = ship(&journal, order, args.carrier.as_deref(), args.tracking.as_deref())?;
    cx.print(&left, || {
        format!("order {} has left ({}); {}", left.number, count(left.lines, "line"), cx.next_step())
    })?;
    Ok(Outcome::Done)
}
