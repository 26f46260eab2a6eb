//! An order's way, as a test follows it: released by the studio, printed by the lab, seen by the customer.

use std::time::Duration;

use anyhow::{Result, bail};
use domain::order::Stage;
use wire::checkout::OrderView;

use crate::{customer::Customer, wait::until, world::Machine};

impl Machine {
    pub fn approve(&self, number: &str) -> Result<()> {
        self.must(&["orders", "approve", number]).map(drop)
    }

    /// Everything `orders show` says, as JSON.
    pub fn order(&self, number: &str) -> Result<serde_json::Value> {
        let shown = self.run(&["--json", "orders", "show", number])?;
        let document = shown.json().into_iter().next();
        document.ok_or_else(|| anyhow::anyhow!("{}{}", shown.stdout, shown.stderr))
    }

    /// Waits until this machine has the order on its disk.
    pub async fn until_journaled(&self, order: &str) -> Result<()> {
        until("the order reaching the agent", Duration::from_secs(40), async || {
            let found = self.count(&format!("SELECT count(*) FROM job WHERE order_id = '{order}'"))?;
            Ok(if found > 0 { Ok(()) } else { Err("no such job in the journal".to_owned()) })
        })
        .await
    }
}

/// Waits until every line has come at least to `stage`; a hold ends the wait with an error.
pub async fn until_stage(customer: &Customer, secret: &str, stage: Stage) -> Result<OrderView> {
    until_stage_within(customer, secret, stage, Duration::from_secs(90)).await
}

pub async fn until_stage_within(
    customer: &Customer,
    secret: &str,
    stage: Stage,
    limit: Duration,
) -> Result<OrderView> {
    let what = format!("every line coming to {stage:?}");
    let view = until(&what, limit, async || {
        let view = customer.status(secret).await?;
        let seen: Vec<String> =
            view.lines.iter().map(|l| format!("{:?} hold={}", l.stage, l.on_hold)).collect();
        if view.lines.iter().any(|l| l.on_hold) {
            return Ok(Ok(Err(seen.join(", "))));
        }
        Ok(if view.lines.iter().all(|l| l.stage >= stage) { Ok(Ok(view)) } else { Err(seen.join(", ")) })
    })
    .await?;
    match view {
        Ok(view) => Ok(view),
        Err(held) => bail!("a line is on hold: {held}"),
    }
}

pub async fn until_printed(customer: &Customer, secret: &str) -> Result<OrderView> {
    until_stage(customer, secret, Stage::Printed).await
}
