//! The outbox: signed reports, repeated until the host has taken them.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use domain::{fulfilment::LineReport, id::OrderId, order::Stage};
use queue_client::Backoff;
use wire::{
    lab::{HeldFile, LabReport},
    route,
    signed::Signed,
};

use super::{Receiver, doorbell};

const MOST_FILES: usize = 1_500;

impl Receiver {
    pub(super) async fn send_reports(self: Arc<Self>) -> Result<()> {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
        loop {
            match self.flush().await {
                Ok(()) => {
                    if backoff.tries() > 0 {
                        self.speaker.say("online", None, "the reports have gone out");
                    }
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
                files: self.held(pending.order, &pending.lines)?,
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

    /// What these lines are made from. Every hash was computed from the bytes on this disk before the line was
    /// verified, and again before each print.
    fn held(&self, order: OrderId, lines: &[LineReport]) -> Result<Vec<HeldFile>> {
        let rows = self.journal.lines_of(order)?;
        let mut files = Vec::new();
        for line in lines.iter().filter(|l| (Stage::Verified..=Stage::Shipped).contains(&l.stage)) {
            let row = rows.iter().find(|r| r.line == line.line && r.attempt == line.attempt);
            let Some(row) = row else { continue };
            let Some(job) = self.journal.delivery(order, row.delivery)?.and_then(|d| d.job) else { continue };
            let of_line = job.lines.iter().filter(|l| l.line == line.line).flat_map(|l| &l.files);
            files.extend(of_line.map(|f| HeldFile {
                line: line.line,
                attempt: line.attempt,
                delivery: row.delivery,
                node: f.node,
                sha256: f.sha256,
            }));
        }
        // A record of the host holds so many; an order of composites beyond it is signed for without them.
        if files.len() > MOST_FILES {
            files.clear();
        }
        Ok(files)
    }
}
