//! The outbox: signed reports, repeated until the host has taken them.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use queue_client::Backoff;
use wire::{lab::LabReport, route, signed::Signed};

use super::{Receiver, doorbell};

impl Receiver {
    pub(super) async fn send_reports(self: Arc<Self>) -> Result<()> {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
        loop {
            match self.flush().await {
                Ok(()) => {
                    backoff.reset();
                    self.pause().await;
                }
                Err(error) => {
                    if backoff.tries() == 0 {
                        self.speaker.warn("delayed", None, &format!("reports wait here: {error:#}"));
                    }
                    backoff.wait().await;
                }
            }
        }
    }

    async fn flush(&self) -> Result<()> {
        for pending in self.journal.pending_reports()? {
            let report = LabReport {
                lab: self.lab,
                order: pending.order,
                report: pending.report.clone(),
                at: pending.at,
                lines: pending.lines,
                tracking: pending.tracking,
            };
            let signed = Signed::sign(&report, &self.key)?;
            match self.client.post_unit(route::LAB_REPORTS, &signed).await {
                Ok(()) => self.journal.report_sent(&pending.report)?,
                Err(error) if error.status() == Some(404) && self.may_come_back()?.is_some() => {
                    let at = self.may_come_back()?.unwrap_or_default();
                    self.journal.report_later(&pending.report, at)?;
                }
                Err(error) if matches!(error.status(), Some(400 | 404 | 409 | 410 | 422)) => {
                    let why = doorbell::line(&error);
                    self.journal.report_refused(&pending.report, &why)?;
                    self.speaker.warn("refused", Some(&pending.order.number()), &format!("a report: {why}"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
