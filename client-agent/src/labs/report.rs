//! What labs reported about an order, believed only where their pinned keys signed it.

use std::collections::BTreeMap;

use domain::{
    fulfilment::{LineReport, apply_report},
    id::OrderId,
    order::{LineStatus, Order, Stage},
};
use wire::{lab::LabReport, orders::StudioOrder, signed::Signed};

use super::pinned::PinnedLab;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// By line: how far it is according to genuine reports.
    pub lines: BTreeMap<u32, LineStatus>,
    pub tracking: Vec<String>,
    /// Reports that could not be believed, and why.
    pub doubts: Vec<String>,
}

/// Replays the reports of an order. A stage that only the host claims, beyond what a lab signed, is a doubt.
pub fn check_reports(document: &StudioOrder, labs: &[PinnedLab]) -> Checked {
    let order = &document.order;
    let mut checked = Checked::default();
    let mut genuine = Vec::new();
    for signed in &document.reports {
        match open(signed, order.id, labs) {
            Ok(report) => genuine.push(report),
            Err(why) => checked.doubts.push(why),
        }
    }
    genuine.sort_by(|a, b| (a.at, &a.report).cmp(&(b.at, &b.report)));
    for report in genuine {
        if let Some(tracking) = &report.tracking {
            checked.tracking.push(domain::text::one_line(tracking, 120));
        }
        for line in &report.lines {
            apply(order, &mut checked, &report, line);
        }
    }
    for line in &order.lines {
        let proven = checked.lines.get(&line.no).map(|s| (s.attempt, s.stage));
        let claimed = (line.status.attempt, line.status.stage);
        let needs_a_lab = (Stage::Received..=Stage::Shipped).contains(&line.status.stage);
        if needs_a_lab && proven.is_none_or(|p| p < claimed) {
            checked.doubts.push(format!(
                "line {}: the host says {:?}, but no lab has signed that",
                line.no, line.status.stage
            ));
        }
    }
    checked
}

fn open(signed: &Signed, order: OrderId, labs: &[PinnedLab]) -> Result<LabReport, String> {
    let Some(lab) = labs.iter().find(|l| l.key == signed.key) else {
        return Err("a report is signed with a key that belongs to no paired lab".into());
    };
    let name = domain::text::one_line(&lab.name, 60);
    let report: LabReport = signed.open(&lab.key).map_err(|e| format!("a report of {name}: {e}"))?;
    if report.lab != lab.lab || report.order != order {
        return Err(format!("a report of {name} belongs to another lab or order"));
    }
    Ok(report)
}

fn apply(order: &Order, checked: &mut Checked, report: &LabReport, line: &LineReport) {
    let Some(ordered) = order.line(line.line).filter(|_| order.routes.get(&line.line) == Some(&report.lab))
    else {
        checked.doubts.push(format!("a report names line {}, which another lab prints", line.line));
        return;
    };
    let before = checked.lines.get(&line.line).cloned().unwrap_or(LineStatus {
        stage: Stage::Sent,
        attempt: 1,
        hold: None,
        ..ordered.status.clone()
    });
    if let Some(after) = apply_report(&before, line, domain::Millis(report.at)) {
        checked.lines.insert(line.line, after);
    }
}
