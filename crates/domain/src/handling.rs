//! What the studio does with an order beside approving it: adjust lines, hold it back, note a refund, have
//! lines made again. What the customer pays is never touched here: another price is another order.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    geometry::{CropError, border::check_print, check_shape},
    id::{LabId, MachineId, OrderId},
    money::Money,
    order::{ImageNode, MAX_LINES, MAX_QUANTITY, Order, OrderLine, OrderState, Stage},
};

pub const MAX_ADJUSTMENTS: usize = 100;
pub const MAX_CHANGES: usize = 50;
pub const MAX_REMAKES: usize = 50;
pub const MAX_REFUND_NOTES: usize = 50;

/// Kept with the order; empty for most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Handling {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<KeptAdjustment>,
    /// Kept back from approval, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Note>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundNote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remakes: Vec<Remake>,
    /// Files that were sold and lie at the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digitals: Vec<crate::digital::Offered>,
    /// A sale made again from this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reorder_of: Option<OrderId>,
}

impl Handling {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// When the studio last changed a picture or crop of a line.
    pub fn adjusted_at(&self, line: u32) -> Option<Millis> {
        let of_line = |c: &Change| matches!(c, Change::Picture { line: no, .. } if *no == line);
        let kept = self.adjustments.iter().rev().find(|k| k.adjustment.changes.iter().any(of_line));
        kept.map(|k| k.adjustment.at)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub at: Millis,
    /// The person, if she said who she is; else the computer.
    pub by: String,
    pub text: String,
}

/// That money went back. The money itself moves elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundNote {
    pub amount: Money,
    pub note: Note,
}

/// Lines of one lab that are made once more for nothing. They are a delivery of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remake {
    pub lab: LabId,
    pub attempt: u32,
    pub lines: BTreeSet<u32>,
    pub note: Note,
}

/// As a machine of the studio signed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptAdjustment {
    pub adjustment: Adjustment,
    /// The signed document as JSON, for the studio's other machines.
    pub envelope: String,
}

/// Changes of one person at one time, to the order as it was at `revision`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    pub order: OrderId,
    pub revision: u64,
    pub at: Millis,
    pub machine: MachineId,
    pub by: String,
    pub changes: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// Another crop, another version, or another picture of the gallery.
    Picture { line: u32, node: u32, picture: ImageNode },
    /// So many copies become a line of their own.
    Split { line: u32, copies: u32 },
    /// A line joins another of the same product and pictures.
    Merge { line: u32, into: u32 },
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AdjustError {
    #[error("order {0} is {1}, so it can no longer be changed")]
    Decided(String, &'static str),
    #[error("order {0} was changed meanwhile")]
    Revision(String),
    #[error("the change speaks of another order")]
    OtherOrder,
    #[error("{0} changes at once; there may be 1 to {MAX_CHANGES}")]
    Count(usize),
    #[error("the order was changed {MAX_ADJUSTMENTS} times already")]
    TooOften,
    #[error("there is no line {0}")]
    NoLine(u32),
    #[error("line {0} has no picture {1}")]
    NoPicture(u32, u32),
    #[error("line {0}: {1}")]
    Crop(u32, CropError),
    #[error("the picture of line {0} is at another computer or in another gallery")]
    Elsewhere(u32),
    #[error("line {line} has {has} copies; {asked} cannot be taken out of it")]
    Copies { line: u32, has: u32, asked: u32 },
    #[error("line {0} is part of a package, which is not split")]
    Package(u32),
    #[error("lines {0} and {1} are not the same product with the same pictures")]
    Different(u32, u32),
    #[error("an order has at most {MAX_LINES} lines of {MAX_QUANTITY} copies")]
    TooLarge,
}

/// The order after an adjustment. Its totals are what they were; that is checked, not hoped for.
pub fn adjust(order: &Order, adjustment: &Adjustment, envelope: &str) -> Result<Order, AdjustError> {
    let number = order.id.number();
    match order.state {
        OrderState::Placed => {}
        OrderState::Approved => return Err(AdjustError::Decided(number, "approved")),
        OrderState::Cancelled => return Err(AdjustError::Decided(number, "cancelled")),
    }
    if adjustment.order != order.id {
        return Err(AdjustError::OtherOrder);
    }
    if adjustment.revision != order.revision {
        return Err(AdjustError::Revision(number));
    }
    if !(1..=MAX_CHANGES).contains(&adjustment.changes.len()) {
        return Err(AdjustError::Count(adjustment.changes.len()));
    }
    if order.handling.adjustments.len() >= MAX_ADJUSTMENTS {
        return Err(AdjustError::TooOften);
    }
    let mut next = changed(order, &adjustment.changes, adjustment.at)?;
    next.revision += 1;
    let (adjustment, envelope) = (adjustment.clone(), envelope.to_owned());
    next.handling.adjustments.push(KeptAdjustment { adjustment, envelope });
    Ok(next)
}

/// The order with these changes, whatever its state: what a machine compares with what the host shows.
pub fn changed(order: &Order, changes: &[Change], at: Millis) -> Result<Order, AdjustError> {
    let mut next = order.clone();
    for change in changes {
        apply(&mut next, change, at)?;
    }
    Ok(next)
}

fn apply(order: &mut Order, change: &Change, at: Millis) -> Result<(), AdjustError> {
    match change {
        Change::Picture { line, node, picture } => {
            let line = line_mut(order, *line)?;
            let no = line.no;
            // Where several share a sheet, the crop follows the layout; a file has no paper.
            let whole = line.nodes.len() == 1 && line.needs_lab();
            let sides = [line.width_in, line.height_in].map(|inches| (inches * 100.0).round() as u32);
            let old = line.nodes.get_mut(*node as usize).ok_or(AdjustError::NoPicture(no, *node))?;
            if picture.home != old.home || picture.gallery != old.gallery {
                return Err(AdjustError::Elsewhere(no));
            }
            check_print(&picture.crop, picture.frame).map_err(|e| AdjustError::Crop(no, e))?;
            if whole {
                check_shape(&picture.crop, picture.frame, sides[0], sides[1])
                    .map_err(|e| AdjustError::Crop(no, e))?;
            }
            *old = picture.clone();
            line.status.updated_at = at;
        }
        Change::Split { line, copies } => split(order, *line, *copies, at)?,
        Change::Merge { line, into } => merge(order, *line, *into, at)?,
    }
    Ok(())
}

fn line_mut(order: &mut Order, no: u32) -> Result<&mut OrderLine, AdjustError> {
    order.lines.iter_mut().find(|l| l.no == no).ok_or(AdjustError::NoLine(no))
}

fn split(order: &mut Order, no: u32, copies: u32, at: Millis) -> Result<(), AdjustError> {
    if order.lines.len() >= MAX_LINES {
        return Err(AdjustError::TooLarge);
    }
    let fresh = order.lines.iter().map(|l| l.no).max().unwrap_or(0).saturating_add(1);
    let line = line_mut(order, no)?;
    // The parts of a package belong together, in its quantity.
    if line.package.is_some() {
        return Err(AdjustError::Package(no));
    }
    if copies == 0 || copies >= line.quantity {
        return Err(AdjustError::Copies { line: no, has: line.quantity, asked: copies });
    }
    let mut taken = line.clone();
    taken.no = fresh;
    taken.quantity = copies;
    // Widened, so that no total can overflow; the rest of the division stays with the line it came from.
    let share = i128::from(line.total.minor) * i128::from(copies) / i128::from(line.quantity);
    taken.total.minor = i64::try_from(share).map_err(|_| AdjustError::TooLarge)?;
    taken.status.updated_at = at;
    line.quantity -= copies;
    line.total.minor -= taken.total.minor;
    line.status.updated_at = at;
    let after = order.lines.iter().position(|l| l.no == no).map_or(order.lines.len(), |i| i + 1);
    order.lines.insert(after, taken);
    Ok(())
}

fn merge(order: &mut Order, no: u32, into: u32, at: Millis) -> Result<(), AdjustError> {
    let gone = line_mut(order, no)?.clone();
    let line = line_mut(order, into)?;
    let same = no != into
        && gone.product == line.product
        && (&gone.kind, &gone.package, &gone.homes) == (&line.kind, &line.package, &line.homes)
        && (gone.width_in, gone.height_in, gone.surface) == (line.width_in, line.height_in, line.surface)
        && gone.nodes == line.nodes;
    if !same {
        return Err(AdjustError::Different(no, into));
    }
    let quantity = line.quantity.checked_add(gone.quantity).filter(|q| *q <= MAX_QUANTITY);
    line.quantity = quantity.ok_or(AdjustError::TooLarge)?;
    if line.copies() > MAX_QUANTITY {
        return Err(AdjustError::TooLarge);
    }
    line.total.minor = line.total.minor.checked_add(gone.total.minor).ok_or(AdjustError::TooLarge)?;
    line.status.updated_at = at;
    order.lines.retain(|l| l.no != no);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemakeError {
    #[error("choose the lines to make again")]
    Nothing,
    #[error("order {0} is not approved")]
    NotApproved(String),
    #[error("there is no line {0}")]
    NoLine(u32),
    #[error("line {0} is not printed yet; the lab can still make it right")]
    NotPrinted(u32),
    #[error("the lines are of several labs; make those of each lab again by themselves")]
    SeveralLabs,
    #[error("lines of this order were made again {MAX_REMAKES} times already")]
    TooOften,
}

/// The order with printed lines going out once more, as attempt `attempt` of their lab.
pub fn remake(
    order: &Order,
    lines: &BTreeSet<u32>,
    attempt: impl Fn(LabId) -> u32,
    note: &Note,
) -> Result<Order, RemakeError> {
    if order.state != OrderState::Approved {
        return Err(RemakeError::NotApproved(order.id.number()));
    }
    if order.handling.remakes.len() >= MAX_REMAKES {
        return Err(RemakeError::TooOften);
    }
    let mut labs = BTreeSet::new();
    for no in lines {
        let line = order.line(*no).ok_or(RemakeError::NoLine(*no))?;
        if line.status.stage < Stage::Printed || line.status.stage == Stage::Cancelled {
            return Err(RemakeError::NotPrinted(*no));
        }
        labs.extend(order.routes.get(no));
    }
    let lab = match labs.iter().collect::<Vec<_>>().as_slice() {
        [] => return Err(RemakeError::Nothing),
        [lab] => **lab,
        _ => return Err(RemakeError::SeveralLabs),
    };
    let attempt = attempt(lab);
    let mut next = order.clone();
    for line in next.lines.iter_mut().filter(|l| lines.contains(&l.no)) {
        line.status.stage = Stage::Approved;
        line.status.attempt = attempt;
        line.status.hold = None;
        line.status.updated_at = note.at;
    }
    next.revision += 1;
    next.handling.remakes.push(Remake { lab, attempt, lines: lines.clone(), note: note.clone() });
    Ok(next)
}

impl Order {
    /// The remake that an attempt of a lab is for, or sends again.
    pub fn remake_of(&self, lab: LabId, attempt: u32) -> Option<&Remake> {
        self.handling.remakes.iter().rev().find(|r| r.lab == lab && r.attempt <= attempt)
    }

    /// The lines that an attempt of a lab is about: all of its lines, or those that are made again.
    pub fn lines_of(&self, lab: LabId, attempt: u32) -> impl Iterator<Item = &OrderLine> {
        let remake = self.remake_of(lab, attempt);
        self.lines
            .iter()
            .filter(move |l| self.routes.get(&l.no) == Some(&lab))
            .filter(move |l| remake.is_none_or(|r| r.lines.contains(&l.no)))
    }

    /// Whose parts an attempt of a delivery to this lab waits for.
    pub fn homes_of_attempt(&self, lab: LabId, attempt: u32) -> BTreeSet<MachineId> {
        self.lines_of(lab, attempt).flat_map(|l| l.nodes.iter().map(|n| n.home)).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
