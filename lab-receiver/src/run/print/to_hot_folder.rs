//! A line into a hot folder.

use anyhow::Result;

use super::{Receiver, crash};
use crate::{
    config::{PrintedWhen, Printer},
    journal::lines::{HoldKind, LineRow, LineState},
    output::hot_folder::{self, Evidence, Layout, Placement},
};

impl Receiver {
    fn placements(&self, row: &LineRow, printer: &Printer) -> Result<Vec<Placement>> {
        let Printer::HotFolder { folder, size_folder, file_name, one_file_per_copy, .. } = printer else {
            return Ok(Vec::new());
        };
        let Some((spool, line)) = self.work_of(row)? else { return Ok(Vec::new()) };
        let folder = self.home.resolve(folder);
        let layout =
            Layout { folder: &folder, size_folder, file_name, one_file_per_copy: *one_file_per_copy };
        Ok(hot_folder::plan(&layout, row, &line, |sha256| spool.path(sha256)))
    }

    pub(super) fn to_hot_folder(&self, row: &LineRow, printer: &Printer) -> Result<()> {
        let placements = self.placements(row, printer)?;
        let Some((spool, line)) = self.work_of(row)? else { return Ok(()) };
        for file in &line.files {
            spool.read(file)?;
        }
        if let Err(error) = hot_folder::stage(&placements) {
            hot_folder::unstage(&placements);
            return self.hold(row, HoldKind::Device, &format!("{error:#}"));
        }
        // Staging may have taken long: hand over only while the lease is surely ours.
        let _busy = self.lease.busy();
        if self.lease.fence().is_none() {
            return Ok(());
        }
        if !self.journal.advance(row, LineState::Claimed, |r| r.state = LineState::Handing)? {
            return Ok(());
        }
        crash::point("before-hand-over");
        let handed = hot_folder::hand_over(&placements);
        crash::point("after-hand-over");
        match handed {
            Ok(()) => {
                self.journal.advance(row, LineState::Handing, |r| r.state = LineState::Handed)?;
                let handed = LineRow { state: LineState::Handed, ..row.clone() };
                self.follow_hot_folder(&handed, printer)
            }
            Err(error) => {
                let now = LineRow { state: LineState::Handing, ..row.clone() };
                if hot_folder::evidence(&placements) == Evidence::NothingHandedOver {
                    self.journal.advance(&now, LineState::Handing, |r| r.state = LineState::Claimed)?;
                    self.hold(row, HoldKind::Device, &format!("{error:#}"))
                } else {
                    self.hold(
                        &now,
                        HoldKind::Uncertain,
                        &format!("only a part of it was handed over: {error:#}"),
                    )
                }
            }
        }
    }

    /// The folder itself says whether the printer's software can have seen the files.
    pub(super) fn recover_hot_folder(&self, row: &LineRow, printer: &Printer) -> Result<()> {
        let placements = self.placements(row, printer)?;
        let next = match hot_folder::evidence(&placements) {
            Evidence::NothingHandedOver => LineState::Claimed,
            Evidence::AllHandedOver => LineState::Handed,
            Evidence::Unclear => return self.uncertain(row, "while its files were put into the hot folder"),
        };
        self.journal.advance(row, LineState::Handing, |r| r.state = next)?;
        Ok(())
    }

    pub(super) fn follow_hot_folder(&self, row: &LineRow, printer: &Printer) -> Result<()> {
        match printer {
            Printer::HotFolder { printed_when: PrintedWhen::HandedOver, .. } => self.printed(row),
            _ if hot_folder::all_removed(&self.placements(row, printer)?) => self.printed(row),
            _ => Ok(()),
        }
    }
}
