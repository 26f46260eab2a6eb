//! How orders move: which changes of stage, approval and print claims are allowed.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    id::{LabId, MachineId, OrderId, ReceiverId},
    order::{LineStatus, Order, OrderState, PaymentMethod, Stage},
};

/// A report about one line, from an agent or a lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReport {
    pub line: u32,
    pub attempt: u32,
    pub stage: Stage,
    /// `Some(reason)` holds the line, `None` leaves or lifts the hold.
    pub hold: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    #[error("order {0} is cancelled")]
    Cancelled(String),
    #[error("order {0} is approved already, so it can no longer be cancelled")]
    AlreadyApproved(String),
    #[error("order {0} is on hold: {1}")]
    Held(String, String),
    #[error("order {0} is to be paid online and is not paid yet")]
    Unpaid(String),
    #[error("line {0} has no lab; give every line one")]
    Unrouted(u32),
}

/// The line after a report, or `None` when the report is old news (queues repeat and reorder).
pub fn apply_report(status: &LineStatus, report: &LineReport, now: Millis) -> Option<LineStatus> {
    if status.stage == Stage::Cancelled || report.attempt < status.attempt {
        return None;
    }
    let newer_attempt = report.attempt > status.attempt;
    let forward = newer_attempt || report.stage > status.stage;
    let hold_changes = report.stage == status.stage && report.hold != status.hold;
    if !forward && !hold_changes {
        return None;
    }
    Some(LineStatus {
        stage: report.stage,
        attempt: report.attempt,
        hold: report.hold.clone(),
        lab: status.lab,
        updated_at: now,
    })
}

/// Approves an order with a lab for every line that needs one. Approving again is a repeat: the first decision stands.
pub fn approve(
    order: &Order,
    routes: &std::collections::BTreeMap<u32, LabId>,
    now: Millis,
) -> Result<Option<Order>, TransitionError> {
    match order.state {
        OrderState::Approved => return Ok(None),
        OrderState::Cancelled => return Err(TransitionError::Cancelled(order.id.number())),
        OrderState::Placed => {}
    }
    if let Some(hold) = &order.handling.hold {
        return Err(TransitionError::Held(order.id.number(), hold.text.clone()));
    }
    if order.payment == PaymentMethod::Stripe && order.paid_at.is_none() {
        return Err(TransitionError::Unpaid(order.id.number()));
    }
    let mut next = order.clone();
    for line in &mut next.lines {
        let lab = match line.needs_lab() {
            true => Some(*routes.get(&line.no).ok_or(TransitionError::Unrouted(line.no))?),
            false => None,
        };
        line.status = LineStatus { stage: Stage::Approved, lab, updated_at: now, ..line.status.clone() };
    }
    next.routes = next.lines.iter().filter_map(|l| Some((l.no, l.status.lab?))).collect();
    next.state = OrderState::Approved;
    next.state_at = now;
    next.revision += 1;
    Ok(Some(next))
}

/// Whether an agent may report this of a line: `shipped` is said by labs of what they print, and by the
/// studio of what needs no lab (a digital that was delivered, an item that was handed over).
pub fn studio_may_deliver(order: &Order, line: u32) -> bool {
    order.state == OrderState::Approved && order.line(line).is_some_and(|l| !l.needs_lab())
}

/// Cancels an order that nobody has approved.
pub fn cancel(order: &Order, now: Millis) -> Result<Option<Order>, TransitionError> {
    match order.state {
        OrderState::Cancelled => Ok(None),
        OrderState::Approved => Err(TransitionError::AlreadyApproved(order.id.number())),
        OrderState::Placed => {
            let mut next = order.clone();
            for line in &mut next.lines {
                line.status.stage = Stage::Cancelled;
                line.status.updated_at = now;
            }
            next.state = OrderState::Cancelled;
            next.state_at = now;
            next.revision += 1;
            Ok(Some(next))
        }
    }
}

/// Why a line is held after the host was restored to an earlier moment: what became of it since is a gap.
pub const GAP: &str =
    "this host was restored to an earlier moment: ask the lab how far this is, then lift the hold";

/// Lines that a lab had or may have had in hand at the moment a host was restored to, and that nobody holds
/// yet. Held until the lab has said again how far they are, or a person has asked it.
pub fn gaps(order: &Order) -> Vec<LineReport> {
    if order.state != OrderState::Approved {
        return Vec::new();
    }
    let open = order.lines.iter().filter(|line| {
        (Stage::Sent..=Stage::Printing).contains(&line.status.stage) && line.status.hold.is_none()
    });
    open.map(|line| LineReport {
        line: line.no,
        attempt: line.status.attempt,
        stage: line.status.stage,
        hold: Some(GAP.to_owned()),
    })
    .collect()
}

/// Every part of an attempt is at the host. A gap stays one: that files came again does not say whether they
/// were printed before; the lab does.
pub fn sent_lines(order: &Order, lab: LabId, attempt: u32) -> Vec<LineReport> {
    order
        .lines_of(lab, attempt)
        .map(|l| LineReport {
            line: l.no,
            attempt,
            stage: Stage::Sent,
            hold: l.status.hold.clone().filter(|hold| hold == GAP),
        })
        .collect()
}

/// Machines that owe nothing more because every line they have a picture of is printed.
pub fn printed_homes(order: &Order) -> std::collections::BTreeSet<MachineId> {
    if order.state != OrderState::Approved {
        return Default::default();
    }
    let mut homes = order.homes();
    for line in order.lines.iter().filter(|l| l.status.stage < Stage::Printed) {
        for home in line.machines() {
            homes.remove(&home);
        }
    }
    homes
}

/// The order as it was placed: what came of it since is told again by those who did it.
pub fn as_placed(order: &Order) -> Order {
    let mut fresh = order.clone();
    for line in &mut fresh.lines {
        let updated_at = order.placed_at;
        line.status = LineStatus { stage: Stage::Placed, attempt: 1, hold: None, lab: None, updated_at };
    }
    fresh.paid_at = None;
    fresh.state = OrderState::Placed;
    fresh.state_at = order.placed_at;
    fresh.routes.clear();
    // Attempts count anew; what the studio noted and adjusted is its own, and stays.
    fresh.handling.remakes.clear();
    fresh.handling.digitals.clear();
    fresh.revision = 1;
    fresh
}

/// A lab's claim to print the copies of a line, made before the first copy is handed to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintClaim {
    pub order: OrderId,
    pub line: u32,
    pub attempt: u32,
    pub lab: LabId,
    pub receiver: ReceiverId,
    pub fence: u64,
    pub copies: u32,
    pub claimed_at: Millis,
    /// The receiver's own for this one claim. A line that repeats or loses requests must not make a doubt of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Fenced lease: one active receiver per lab. A smaller fence than the host's is refused everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub lab: LabId,
    pub receiver: ReceiverId,
    pub fence: u64,
    pub expires_at: Millis,
}

/// The lease after `receiver` asks for it, or `None` while another holds it.
pub fn take_lease(
    held: Option<&Lease>,
    lab: LabId,
    receiver: ReceiverId,
    now: Millis,
    ttl: i64,
) -> Option<Lease> {
    let expires_at = now.plus(ttl);
    match held {
        Some(l) if l.receiver == receiver => Some(Lease { expires_at, ..*l }),
        Some(l) if l.expires_at > now => None,
        held => Some(Lease { lab, receiver, fence: held.map_or(1, |l| l.fence + 1), expires_at }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(stage: Stage) -> LineStatus {
        LineStatus { stage, attempt: 1, hold: None, lab: None, updated_at: Millis(0) }
    }
    fn report(stage: Stage, attempt: u32, hold: Option<&str>) -> LineReport {
        LineReport { line: 1, attempt, stage, hold: hold.map(str::to_owned) }
    }

    #[test]
    fn stages_only_move_forward() {
        let at = Millis(5);
        assert!(apply_report(&status(Stage::Printing), &report(Stage::Sent, 1, None), at).is_none());
        assert!(apply_report(&status(Stage::Printing), &report(Stage::Printing, 1, None), at).is_none());
        let printed = apply_report(&status(Stage::Printing), &report(Stage::Printed, 1, None), at).unwrap();
        assert_eq!(printed.stage, Stage::Printed);
        assert!(apply_report(&status(Stage::Cancelled), &report(Stage::Printed, 1, None), at).is_none());
    }

    #[test]
    fn holds_are_set_and_lifted_and_a_remake_starts_again() {
        let held =
            apply_report(&status(Stage::Printing), &report(Stage::Printing, 1, Some("jam")), Millis(1))
                .unwrap();
        assert_eq!(held.hold.as_deref(), Some("jam"));
        let lifted = apply_report(&held, &report(Stage::Printing, 1, None), Millis(2)).unwrap();
        assert_eq!(lifted.hold, None);
        let again =
            apply_report(&status(Stage::Shipped), &report(Stage::Received, 2, None), Millis(3)).unwrap();
        assert_eq!((again.stage, again.attempt), (Stage::Received, 2));
        assert!(apply_report(&again, &report(Stage::Shipped, 1, None), Millis(4)).is_none());
    }

    #[test]
    fn one_receiver_holds_the_lease() {
        let lab = LabId::from_bytes([1; 16]);
        let (a, b) = (ReceiverId::from_bytes([2; 16]), ReceiverId::from_bytes([3; 16]));
        let first = take_lease(None, lab, a, Millis(0), 100).unwrap();
        assert_eq!(first.fence, 1);
        assert!(take_lease(Some(&first), lab, b, Millis(50), 100).is_none());
        assert_eq!(take_lease(Some(&first), lab, a, Millis(50), 100).unwrap().fence, 1);
        assert_eq!(take_lease(Some(&first), lab, b, Millis(100), 100).unwrap().fence, 2);
    }
}
