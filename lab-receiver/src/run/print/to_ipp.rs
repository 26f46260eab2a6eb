//! A line to an IPP printer: one job a picture, followed until the printer says that it is done.

use std::time::Duration;

use anyhow::{Result, anyhow};

use super::{Receiver, crash};
use crate::{
    config::Ipp,
    cut,
    ipp::{
        client::{IppClient, PrinterError},
        job::{JobSpec, JobState, needs_a_person},
    },
    journal::lines::{HoldKind, LineRow, LineState},
};

/// What `device_job` holds: ids of jobs that are not done yet.
fn ids(row: &LineRow) -> Vec<i32> {
    let text = row.device_job.as_deref().unwrap_or_default();
    text.split(',').filter_map(|id| id.parse().ok()).collect()
}

fn text(ids: &[i32]) -> Option<String> {
    let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
    (!list.is_empty()).then(|| list.join(","))
}

impl Receiver {
    fn ipp(&self, printer: &Ipp) -> Result<IppClient> {
        IppClient::new(&printer.uri, crate::host::authority(&self.home, &self.config)?)
    }

    pub(super) async fn to_ipp(&self, row: &LineRow, printer: &Ipp) -> Result<()> {
        let Ipp { media_type, borderless, give_up_minutes, .. } = printer;
        let client = self.ipp(printer)?;
        let Some((spool, line)) = self.work_of(row)? else { return Ok(()) };
        let state = client.state().await?;
        if !state.takes_jpeg {
            return self.hold(row, HoldKind::Device, "the printer does not take JPEG");
        }
        if !state.accepting {
            return self.hold(row, HoldKind::Device, "the printer accepts no jobs");
        }
        let line = match cut::line(&spool, &line) {
            Ok(line) => line,
            Err(error) => return self.hold(row, HoldKind::Setup, &format!("{error:#}")),
        };
        let mut jobs = Vec::new();
        for file in &line.files {
            let mut left = row.copies;
            let mut sheet = 0;
            while left > 0 {
                let copies = left.min(state.most_copies);
                left -= copies;
                sheet += 1;
                let round = if row.round > 0 { format!(" R{}", row.round) } else { String::new() };
                let name = format!(
                    "{} L{:02} {} {sheet} A{}{round}",
                    row.number,
                    row.line,
                    file.node + 1,
                    row.attempt
                );
                jobs.push((JobSpec::of(&line, name, copies, *borderless, media_type.clone()), file));
            }
        }
        for (job, _) in &jobs {
            if let Some(why) = client.validate(job).await? {
                return self.hold(row, HoldKind::Device, &format!("the printer refuses it: {why}"));
            }
        }
        let mut pictures = Vec::new();
        for (job, file) in &jobs {
            pictures.push((job, spool.read(file)?));
        }
        let _busy = self.lease.busy();
        if self.lease.fence().is_none() {
            return Ok(());
        }
        if !self.journal.advance(row, LineState::Claimed, |r| r.state = LineState::Handing)? {
            return Ok(());
        }
        crash::point("before-hand-over");
        let now = LineRow { state: LineState::Handing, ..row.clone() };
        let mut sent = Vec::new();
        for (job, jpeg) in pictures {
            let mut patience = *give_up_minutes * 60;
            let printed = loop {
                match client.print(job, &jpeg).await {
                    // Many take one job at a time; nothing of this one was taken.
                    Err(PrinterError::Busy) if patience > 0 && self.lease.fence().is_some() => {
                        patience -= 1;
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    other => break other,
                }
            };
            crash::point("after-hand-over");
            match printed {
                Ok((Some(id), None)) => {
                    sent.push(id);
                    self.journal.advance(&now, LineState::Handing, |r| r.device_job = text(&sent))?;
                }
                Ok((None, objection)) if sent.is_empty() => {
                    let why = objection.unwrap_or_else(|| "it gave the job no number".to_owned());
                    self.journal.advance(&now, LineState::Handing, |r| r.state = LineState::Claimed)?;
                    return self.hold(row, HoldKind::Device, &format!("the printer refuses it: {why}"));
                }
                Ok((id, objection)) => {
                    if let Some(id) = id {
                        let _ = client.cancel(id).await;
                        sent.push(id);
                    }
                    self.journal.advance(&now, LineState::Handing, |r| r.device_job = text(&sent))?;
                    let why = objection.unwrap_or_else(|| "it took only a part of the line".to_owned());
                    let why =
                        format!("was it printed? The printer took a job, but {why}; the job was cancelled");
                    return self.hold(&now, HoldKind::Uncertain, &why);
                }
                Err(PrinterError::NotSent(_) | PrinterError::Busy) if sent.is_empty() => {
                    self.journal.advance(&now, LineState::Handing, |r| r.state = LineState::Claimed)?;
                    return Err(anyhow!("the printer was away or busy, and got nothing"));
                }
                Err(error) => {
                    return self.hold(&now, HoldKind::Uncertain, &format!("was it printed? {error}"));
                }
            }
        }
        self.journal.advance(&now, LineState::Handing, |r| r.state = LineState::Handed)?;
        self.wake();
        Ok(())
    }

    pub(super) async fn follow_ipp(&self, row: &LineRow, printer: &Ipp) -> Result<()> {
        let give_up_minutes = printer.give_up_minutes;
        let client = self.ipp(printer)?;
        let mut open = ids(row);
        while let Some(id) = open.first().copied() {
            match client.job(id).await? {
                JobState::Done => {
                    open.remove(0);
                    self.journal.advance(row, LineState::Handed, |r| r.device_job = text(&open))?;
                }
                JobState::Working => {
                    let waited = crate::journal::now() - row.changed_at;
                    if waited > i64::from(give_up_minutes) * domain::Millis::MINUTE {
                        let why = format!(
                            "job {id} has not ended for {give_up_minutes} minutes; release looks again"
                        );
                        return self.hold(row, HoldKind::Device, &why);
                    }
                    let state = client.state().await?;
                    if state.stopped || state.reasons.iter().any(|r| needs_a_person(r)) {
                        let why = format!(
                            "the printer has stopped ({}); mend it, then release",
                            state.reasons.join(", ")
                        );
                        return self.hold(row, HoldKind::Device, &why);
                    }
                    return Ok(());
                }
                JobState::Stopped(why) => {
                    let why = format!("the printer stopped job {id} ({why}); mend it, then release");
                    return self.hold(row, HoldKind::Device, &why);
                }
                JobState::Ended(how) => {
                    return self.hold(
                        row,
                        HoldKind::Uncertain,
                        &format!("how many copies are there? Job {id} {how}"),
                    );
                }
                JobState::Unknown => {
                    let why = format!("was it printed? The printer no longer knows job {id}");
                    return self.hold(row, HoldKind::Uncertain, &why);
                }
            }
        }
        self.printed(row)
    }
}
