//! Lines into a folder that a printer's software watches, in whichever dialect.
//!
//! All lines of one job move together: the job's name is journalled with each before its folder can be seen,
//! so that after a crash, and for the answer, the folder is found again.

use anyhow::Result;

use super::{Receiver, crash};
use crate::{
    config::size_name,
    cut,
    journal::lines::{HoldKind, LineRow, LineState},
    output::{
        Answer, Driver, Job, JobLine, PrintedWhen, Together,
        staging::{self, Evidence},
        unique_name,
    },
    speaker::count,
    spool::Spool,
    verify::LabOrder,
};

/// What the printer's software can take. Only files are exchanged: where they go depends on nothing of theirs, so a
/// job is found again without.
fn ready(lines: Vec<JobLine>, spool: &Spool, driver: &dyn Driver) -> Result<Vec<JobLine>> {
    if driver.takes_crops() {
        return Ok(lines);
    }
    lines.into_iter().map(|l| Ok(JobLine { line: cut::line(spool, &l.line)?, row: l.row })).collect()
}

impl Receiver {
    pub(super) fn to_folder(&self, row: &LineRow, driver: &dyn Driver) -> Result<()> {
        let order = self.job(row)?;
        // The loop's list may be older than what the first line of this job did for all.
        let known = self.journal.lines_of(row.order)?;
        let now = known.iter().find(|r| (r.line, r.attempt) == (row.line, row.attempt));
        let Some(now) = now.filter(|r| r.state == row.state && r.hold.is_none()) else { return Ok(()) };
        match now.state {
            LineState::Claimed => self.hand_over(&order, now, &known, driver),
            LineState::Handing | LineState::Handed => {
                let same =
                    |r: &&LineRow| r.state == now.state && r.hold.is_none() && same_job(r, now, driver);
                let lines = self.lines_of_job(&order, known.iter().filter(same));
                let spool = Spool::of(&self.home, now.order, now.delivery);
                let job = self.job_of(&order, &lines, &spool, now.device_job.as_deref().unwrap_or_default());
                if now.state == LineState::Handing {
                    self.recover(&job, driver)
                } else {
                    self.follow(&job, driver)
                }
            }
            _ => Ok(()),
        }
    }

    fn job_of<'a>(
        &'a self,
        order: &'a LabOrder,
        lines: &'a [JobLine],
        spool: &'a Spool,
        name: &'a str,
    ) -> Job<'a> {
        Job { order, lines, spool, name, lab: &self.lab_name, made_at: jiff::Zoned::now() }
    }

    fn lines_of_job<'a>(&self, order: &LabOrder, rows: impl Iterator<Item = &'a LineRow>) -> Vec<JobLine> {
        let part = |r: &LineRow| {
            let line = order.lines.iter().find(|l| l.line == r.line).cloned()?;
            Some(JobLine { row: r.clone(), line })
        };
        rows.filter_map(part).collect()
    }

    /// The lines that go with `row`; `None` while one of them is not claimed yet.
    fn together(
        &self,
        order: &LabOrder,
        row: &LineRow,
        known: &[LineRow],
        driver: &dyn Driver,
    ) -> Option<Vec<JobLine>> {
        let size = |r: &LineRow| {
            let line = order.lines.iter().find(|l| l.line == r.line)?;
            Some((size_name(line.width_in, line.height_in), line.surface.as_str()))
        };
        let goes_along = |r: &&LineRow| {
            let same_try = (r.delivery, r.attempt, r.round) == (row.delivery, row.attempt, row.round);
            r.hold.is_none()
                && same_try
                && match driver.together() {
                    Together::Line => r.line == row.line,
                    Together::SizeAndSurface => size(r) == size(row),
                    Together::Order => true,
                }
        };
        let siblings: Vec<&LineRow> = known.iter().filter(goes_along).collect();
        let unsettled =
            |r: &&&LineRow| r.state < LineState::Claimed && (r.printer.is_none() || r.printer == row.printer);
        if siblings.iter().any(|r| unsettled(&r)) {
            return None;
        }
        let ready =
            siblings.into_iter().filter(|r| r.state == LineState::Claimed && r.printer == row.printer);
        Some(self.lines_of_job(order, ready))
    }

    fn hand_over(
        &self,
        order: &LabOrder,
        row: &LineRow,
        known: &[LineRow],
        driver: &dyn Driver,
    ) -> Result<()> {
        let Some(lines) = self.together(order, row, known, driver) else { return Ok(()) };
        let spool = Spool::of(&self.home, row.order, row.delivery);
        for file in lines.iter().flat_map(|l| &l.line.files) {
            spool.read(file)?;
        }
        let rows: Vec<LineRow> = lines.iter().map(|l| l.row.clone()).collect();
        let lines = match ready(lines, &spool, driver) {
            Ok(lines) => lines,
            Err(error) => return self.hold_all(&rows, HoldKind::Setup, &format!("{error:#}")),
        };
        let name = match &row.device_job {
            Some(name) => name.clone(),
            None => unique_name(driver, &self.job_of(order, &lines, &spool, "")),
        };
        let job = self.job_of(order, &lines, &spool, &name);
        let plan = match driver.plan(&job) {
            Ok(plan) => plan,
            Err(error) => return self.hold_all(&rows, HoldKind::Setup, &format!("{error:#}")),
        };
        let named = (!name.is_empty()).then(|| name.clone());
        if !self.journal.advance_all(&rows, LineState::Claimed, |r| r.device_job = named.clone())? {
            return Ok(());
        }
        // What an earlier try left behind.
        staging::unstage(&plan);
        if let Err(error) = staging::stage(&plan) {
            staging::unstage(&plan);
            return self.hold_all(&rows, HoldKind::Device, &format!("{error:#}"));
        }
        // Staging may have taken long: hand over only while the lease is surely ours.
        let _busy = self.lease.busy();
        if self.lease.fence().is_none() {
            return Ok(());
        }
        if !self.journal.advance_all(&rows, LineState::Claimed, |r| r.state = LineState::Handing)? {
            return Ok(());
        }
        crash::point("before-hand-over");
        let handed = staging::hand_over(&plan);
        crash::point("after-hand-over");
        let handing: Vec<LineRow> =
            rows.iter().map(|r| LineRow { state: LineState::Handing, ..r.clone() }).collect();
        match handed {
            Ok(()) => {
                self.journal.advance_all(&handing, LineState::Handing, |r| r.state = LineState::Handed)?;
                if driver.printed_when() == PrintedWhen::HandedOver {
                    self.all_printed(&handing)?;
                }
                self.wake();
                Ok(())
            }
            Err(error) if staging::evidence(&plan) == Evidence::NothingHandedOver => {
                self.journal.advance_all(&handing, LineState::Handing, |r| r.state = LineState::Claimed)?;
                self.hold_all(&rows, HoldKind::Device, &format!("{error:#}"))
            }
            Err(error) => self.hold_all(
                &handing,
                HoldKind::Uncertain,
                &format!("was it printed? Only a part of it was handed over: {error:#}"),
            ),
        }
    }

    /// After a crash while handing over: the folder itself says whether the software can have seen it.
    fn recover(&self, job: &Job<'_>, driver: &dyn Driver) -> Result<()> {
        let rows: Vec<LineRow> = job.lines.iter().map(|l| l.row.clone()).collect();
        let known = match driver.plan(job) {
            Ok(plan) => staging::evidence(&plan),
            Err(_) => Evidence::Unclear,
        };
        let answered =
            matches!(driver.answer(job), Answer::Accepted | Answer::Failed(_) | Answer::Shipped(_));
        let next = match known {
            Evidence::NothingHandedOver => LineState::Claimed,
            Evidence::AllHandedOver => LineState::Handed,
            Evidence::Unclear if answered => LineState::Handed,
            Evidence::Unclear => {
                let why = "was it printed? The receiver was cut off while its files were handed over, and they are gone";
                return self.hold_all(&rows, HoldKind::Uncertain, why);
            }
        };
        self.journal.advance_all(&rows, LineState::Handing, |r| r.state = next)?;
        self.wake();
        Ok(())
    }

    fn follow(&self, job: &Job<'_>, driver: &dyn Driver) -> Result<()> {
        let rows: Vec<LineRow> = job.lines.iter().map(|l| l.row.clone()).collect();
        let when = driver.printed_when();
        match driver.answer(job) {
            _ if when == PrintedWhen::HandedOver => self.all_printed(&rows),
            Answer::Shipped(_) => self.all_printed(&rows),
            Answer::Accepted if when == PrintedWhen::Accepted => self.all_printed(&rows),
            Answer::Gone if when == PrintedWhen::Removed => self.all_printed(&rows),
            Answer::Failed(why) => {
                // Nothing of it was taken: after a person mended it, it goes in again under a new name.
                let back = |r: &mut LineRow| {
                    (r.state, r.device_job) = (LineState::Claimed, None);
                };
                if self.journal.advance_all(&rows, LineState::Handed, back)? {
                    let back: Vec<LineRow> = rows
                        .iter()
                        .map(|r| LineRow { state: LineState::Claimed, device_job: None, ..r.clone() })
                        .collect();
                    self.hold_all(&back, HoldKind::Device, &why)?;
                }
                Ok(())
            }
            Answer::Gone => self.hold_all(
                &rows,
                HoldKind::Uncertain,
                &format!(
                    "was it printed? Its files ({}) are gone, and the printer's software left no answer",
                    job.name
                ),
            ),
            Answer::Waiting | Answer::Accepted => self.perhaps_give_up(&rows, driver),
        }
    }

    fn perhaps_give_up(&self, rows: &[LineRow], driver: &dyn Driver) -> Result<()> {
        let (Some(minutes), Some(first)) = (driver.give_up_minutes(), rows.first()) else { return Ok(()) };
        if crate::journal::now() - first.changed_at <= i64::from(minutes) * domain::Millis::MINUTE {
            return Ok(());
        }
        let why = format!(
            "the printer's software has not answered for {minutes} minutes: does it run, and does it watch {}? Release looks again",
            driver.folder().display()
        );
        self.hold_all(rows, HoldKind::Device, &why)
    }

    /// A lab's own software may say that what it printed has left.
    pub(super) fn watch_shipping(&self, printer: &str, driver: &dyn Driver) -> Result<()> {
        if !driver.tells_shipping() {
            return Ok(());
        }
        for row in self.journal.printed_by(printer)? {
            let order = self.job(&row)?;
            let lines = self.lines_of_job(&order, std::iter::once(&row));
            let spool = Spool::of(&self.home, row.order, row.delivery);
            let name = row.device_job.clone().unwrap_or_default();
            let job = self.job_of(&order, &lines, &spool, &name);
            if let Answer::Shipped(tracking) = driver.answer(&job) {
                let same = |r: &LineRow| r.printer == row.printer && r.device_job == row.device_job;
                let shipped = self.journal.ship_those(row.order, tracking, same)?;
                if shipped > 0 {
                    self.speaker.say(
                        "shipped",
                        Some(&row.number),
                        &format!("{}, says {printer}", count(shipped, "line")),
                    );
                    self.wake();
                }
            }
        }
        Ok(())
    }

    fn all_printed(&self, rows: &[LineRow]) -> Result<()> {
        rows.iter().try_for_each(|row| self.printed(row))
    }

    fn hold_all(&self, rows: &[LineRow], kind: HoldKind, why: &str) -> Result<()> {
        rows.iter().try_for_each(|row| self.hold(row, kind, why))
    }
}

/// Whether two rows went in as one job.
fn same_job(a: &LineRow, b: &LineRow, driver: &dyn Driver) -> bool {
    let same_try =
        (a.printer.as_deref(), a.delivery, a.attempt) == (b.printer.as_deref(), b.delivery, b.attempt);
    same_try
        && if driver.together() == Together::Line { a.line == b.line } else { a.device_job == b.device_job }
}
