//! Lines to printers: claim, hand over once, follow. What is unsure waits for a person.
//!
//! The journal says `handing` before a device can see anything and `handed` after; a line found in `handing`
//! at start was cut off in between, and is never printed again by itself.

mod to_folder;
mod to_ipp;

use std::sync::{Arc, PoisonError};

use anyhow::{Context, Result};
use wire::{
    lab::{ClaimAnswer, ClaimPrint},
    route,
};

use super::{Receiver, Retries, crash};
use crate::{
    config::Printer,
    journal::lines::{HoldKind, LineRow, LineState},
    spool::Spool,
    verify::{LabLine, LabOrder},
};

/// Written before the host is asked, with the claim's token: so a repeat of the same claim is told from one that another
/// journal made (an old backup of this folder), which may have printed it.
const CLAIMING: &str = "claiming ";
/// Parsed jobs that are kept in memory.
const JOBS_KEPT: usize = 16;

impl Receiver {
    /// Gives each waiting line its printer, or holds it.
    pub(super) async fn route_lines(self: Arc<Self>) -> Result<()> {
        loop {
            for row in self.journal.printable_lines()? {
                let known = row.printer.as_ref().is_some_and(|p| self.config.printers.contains_key(p));
                if known {
                    continue;
                }
                if row.printer.is_some() && row.state != LineState::Waiting {
                    let name = row.printer.clone().unwrap_or_default();
                    let why = format!("lab.toml no longer has the printer {name:?} that it was given to");
                    self.hold(&row, HoldKind::Setup, &why)?;
                    continue;
                }
                let Some((_, line)) = self.work_of(&row)? else { continue };
                match self.config.printer_for(line.width_in, line.height_in, line.surface) {
                    Some((name, _)) => {
                        self.journal
                            .advance(&row, LineState::Waiting, |r| r.printer = Some(name.to_owned()))?;
                        self.wake();
                    }
                    None => {
                        let size = crate::config::size_name(line.width_in, line.height_in);
                        let surface = line.surface.as_str();
                        let why = format!("no rule of lab.toml names a printer for {size} {surface}");
                        self.hold(&row, HoldKind::Setup, &why)?;
                    }
                }
            }
            self.pause().await;
        }
    }

    /// One printer's loop: a slow one does not keep the others waiting.
    pub(super) async fn drive(self: Arc<Self>, name: String) -> Result<()> {
        let mut retries = Retries::new();
        let Some(printer) = self.config.printers.get(&name).cloned() else { return Ok(()) };
        loop {
            for row in self.journal.printable_lines()? {
                let key = (row.order, row.line, row.attempt);
                let mine = row.printer.as_deref() == Some(name.as_str());
                if !mine || self.lease.fence().is_none() || self.stopping() || !retries.may_try(&key) {
                    continue;
                }
                match self.advance_line(&row, &printer).await {
                    Ok(()) => retries.done(&key),
                    Err(error) => {
                        if retries.failed(key) == 1 {
                            let text = format!("line {}: {error:#}; it is tried again by itself", row.line);
                            self.speaker.warn("delayed", Some(&row.number), &text);
                        }
                    }
                }
            }
            if let Some(settings) = printer.folders() {
                self.watch_shipping(&name, settings.driver(&self.home).as_ref())?;
            }
            self.pause().await;
        }
    }

    async fn advance_line(&self, row: &LineRow, printer: &Printer) -> Result<()> {
        if row.state == LineState::Waiting {
            return self.claim(row).await;
        }
        if let Some(settings) = printer.folders() {
            return self.to_folder(row, settings.driver(&self.home).as_ref());
        }
        let Printer::Ipp(ipp) = printer else { return Ok(()) };
        match row.state {
            LineState::Claimed => self.to_ipp(row, ipp).await,
            LineState::Handing => self.uncertain(row, &format!("while it was being sent to {}", ipp.uri)),
            LineState::Handed => self.follow_ipp(row, ipp).await,
            _ => Ok(()),
        }
    }

    async fn claim(&self, row: &LineRow) -> Result<()> {
        let Some(fence) = self.lease.fence() else { return Ok(()) };
        let token = match row.device_job.as_deref().and_then(|noted| noted.strip_prefix(CLAIMING)) {
            Some(token) => token.to_owned(),
            None => {
                let token = token()?;
                let noted = format!("{CLAIMING}{token}");
                self.journal.advance(row, LineState::Waiting, |r| r.device_job = Some(noted.clone()))?;
                token
            }
        };
        let ask = ClaimPrint {
            order: row.order,
            line: row.line,
            attempt: row.attempt,
            copies: row.copies,
            receiver: self.receiver,
            fence,
            token: Some(token),
        };
        let claimed = |r: &mut LineRow| {
            r.state = LineState::Claimed;
            r.device_job = None;
        };
        match self.client.post::<_, ClaimAnswer>(route::LAB_CLAIM, &ask).await? {
            ClaimAnswer::Granted => {
                crash::point("after-claim");
                self.journal.advance(row, LineState::Waiting, claimed)?;
            }
            ClaimAnswer::Yours => {
                let why = "this receiver claimed it before, but its journal does not know (was an old copy restored?): was it printed?";
                self.hold(row, HoldKind::Uncertain, why)?;
            }
            ClaimAnswer::Taken => {
                let why =
                    "another receiver of this lab has claimed its copies: look there whether it was printed";
                self.hold(row, HoldKind::Elsewhere, why)?;
            }
            ClaimAnswer::Cancelled => {
                self.journal.advance(row, LineState::Waiting, |r| r.state = LineState::Cancelled)?;
                self.speaker.say("cancelled", Some(&row.number), &format!("line {} was cancelled", row.line));
            }
            ClaimAnswer::Fenced => {
                self.lease.drop_it();
                self.speaker.warn("standby", None, "another receiver of this lab has taken over");
            }
        }
        self.wake();
        Ok(())
    }

    /// The spool and the line that a row prints.
    fn work_of(&self, row: &LineRow) -> Result<Option<(Spool, LabLine)>> {
        let job = self.job(row)?;
        let line = job.lines.iter().find(|l| l.line == row.line).cloned();
        Ok(line.map(|line| (Spool::of(&self.home, row.order, row.delivery), line)))
    }

    /// A journalled job never changes, so an order of 500 lines is read once, not for each step of each.
    fn job(&self, row: &LineRow) -> Result<Arc<LabOrder>> {
        let key = (row.order, row.delivery);
        let mut known = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = known.get(&key) {
            return Ok(job.clone());
        }
        let delivery = self.journal.delivery(row.order, row.delivery)?;
        let job =
            Arc::new(delivery.and_then(|d| d.job).context("the journal has lost the delivery of a line")?);
        if known.len() >= JOBS_KEPT {
            known.clear();
        }
        known.insert(key, job.clone());
        Ok(job)
    }

    fn hold(&self, row: &LineRow, kind: HoldKind, why: &str) -> Result<()> {
        self.journal.hold(row, kind, why)?;
        self.speaker.warn("held", Some(&row.number), &format!("line {}: {why}", row.line));
        self.wake();
        Ok(())
    }

    fn uncertain(&self, row: &LineRow, when: &str) -> Result<()> {
        self.hold(row, HoldKind::Uncertain, &format!("was it printed? The receiver was cut off {when}"))
    }

    fn printed(&self, row: &LineRow) -> Result<()> {
        if self.journal.advance(row, LineState::Handed, |r| r.state = LineState::Printed)? {
            let copies = if row.copies == 1 { "1 copy".to_owned() } else { format!("{} copies", row.copies) };
            self.speaker.say("printed", Some(&row.number), &format!("line {}, {copies}", row.line));
            self.wake();
        }
        Ok(())
    }
}

fn token() -> Result<String> {
    let mut random = [0u8; 16];
    getrandom::fill(&mut random).context("the operating system gave no randomness")?;
    Ok(format!("{:032x}", u128::from_be_bytes(random)))
}
