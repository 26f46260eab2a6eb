//! The host was restored to an earlier moment: it says so with every answer (`domain::epoch`). What this lab told
//! it since is told again: signed reports, claims, acknowledgements. The journal here keeps anything from being
//! printed twice meanwhile.
//!
//! An order that the host lost comes back from the studio's journal, now or when somebody there switches the
//! computer on. Until then the host knows nothing of it, and what is to be told of it waits.

use std::{sync::Arc, sync::atomic::Ordering, time::Duration};

use anyhow::Result;
use domain::Millis;
use wire::{
    lab::{ClaimAnswer, ClaimPrint},
    route,
};

use super::{LOOK_AGAIN, Receiver};
use crate::journal::{
    lines::{HoldKind, LineState},
    now,
};

/// The journal carries this computer's time, the restored moment the host's.
const MARGIN: i64 = Millis::DAY;
/// How long an order is waited for that the host does not know yet.
const PATIENCE: i64 = 30 * Millis::DAY;
const EPOCH: &str = "host_epoch";
const HEALED_AT: &str = "host_restored_at";

impl Receiver {
    pub(super) async fn watch_epoch(self: Arc<Self>) -> Result<()> {
        loop {
            self.heal()?;
            if self.lease.fence().is_some()
                && let Err(error) = self.claim_again().await
            {
                self.speaker.warn("delayed", None, &format!("claims are told again later: {error:#}"));
                tokio::time::sleep(Duration::from_secs(10)).await;
            }
            tokio::time::sleep(LOOK_AGAIN * 4).await;
        }
    }

    /// Notes what is to be told again; the loops that tell it do the rest.
    fn heal(&self) -> Result<()> {
        let Some(epoch) = self.client.epoch() else { return Ok(()) };
        let number = epoch.number.to_string();
        if self.journal.setting(EPOCH)?.as_deref() == Some(number.as_str()) {
            return Ok(());
        }
        // An epoch without a moment is the first: nothing was ever restored.
        let said = match epoch.since {
            Some(since) => self.journal.tell_again_since(since.0.saturating_sub(MARGIN))?,
            None => (0, 0),
        };
        self.journal.set_setting(HEALED_AT, &now().to_string())?;
        self.journal.set_setting(EPOCH, &number)?;
        if epoch.since.is_some() {
            let (reports, claims) = said;
            self.speaker.warn(
                "restored",
                None,
                &format!("the host was restored to an earlier moment: {reports} reports and {claims} claims are told again"),
            );
            self.sweep_due.store(true, Ordering::SeqCst);
            self.wake();
        }
        Ok(())
    }

    /// Whether the host may not know an order only because it has not come back yet, and when to ask again.
    pub(super) fn may_come_back(&self) -> Result<Option<i64>> {
        let healed: Option<i64> = self.journal.setting(HEALED_AT)?.and_then(|at| at.parse().ok());
        let restored = self.client.epoch().is_some_and(|epoch| epoch.since.is_some());
        let Some(age) = healed.filter(|_| restored).map(|at| now() - at).filter(|age| *age < PATIENCE) else {
            return Ok(None);
        };
        let wait = if age < Millis::HOUR { 20 * Millis::SECOND } else { 10 * Millis::MINUTE };
        Ok(Some(now() + wait))
    }

    async fn claim_again(&self) -> Result<()> {
        for row in self.journal.lines_to_claim_again()? {
            let Some(fence) = self.lease.fence() else { return Ok(()) };
            let ask = ClaimPrint {
                order: row.order,
                line: row.line,
                attempt: row.attempt,
                copies: row.copies,
                receiver: self.receiver,
                fence,
                token: None,
            };
            match self.client.post::<_, ClaimAnswer>(route::LAB_CLAIM, &ask).await {
                Ok(ClaimAnswer::Granted | ClaimAnswer::Yours | ClaimAnswer::Cancelled) => {
                    self.journal.claimed_again(&row, None)?;
                }
                Ok(ClaimAnswer::Taken) => {
                    self.journal.claimed_again(&row, None)?;
                    let why = "the restored host gave its copies to another receiver of this lab: look there whether it was printed twice";
                    self.journal.note(Some(&row.order.to_string()), Some(row.line), why)?;
                    if row.state == LineState::Claimed {
                        self.journal.hold(&row, HoldKind::Elsewhere, why)?;
                    }
                    self.speaker.warn("held", Some(&row.number), &format!("line {}: {why}", row.line));
                }
                Ok(ClaimAnswer::Fenced) => return Ok(()),
                Err(error) if error.status() == Some(404) => {
                    self.journal.claimed_again(&row, self.may_come_back()?)?;
                }
                Err(error) if matches!(error.status(), Some(400 | 409 | 410 | 422)) => {
                    self.journal.claimed_again(&row, None)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
