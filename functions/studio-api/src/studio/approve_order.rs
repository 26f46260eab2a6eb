//! Approves an order and routes its lines to labs. The first decision stands.

use std::collections::BTreeMap;

use axum::{Json as Answered, extract::State};
use domain::{
    fulfilment::{TransitionError, approve},
    id::{LabId, OrderId},
    order::{MAX_LINES, Order, OrderState},
    studio::PairingState,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::{Approve, StudioOrder};

use crate::{
    access::MachineCaller,
    decide::change_order,
    problems::{at_most, cancelled, changed_meanwhile},
    request::Segments,
    views::studio_order,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<Approve>,
) -> Answer<Answered<StudioOrder>> {
    let order = caller.order(&ports, id).await?;
    at_most("routed lines", ask.routes.len(), MAX_LINES)?;
    if let Some(looked_at) = ask.revision
        && order.state == OrderState::Placed
        && looked_at != order.revision
    {
        return Err(changed_meanwhile(&order));
    }
    // A repeat after the decision is answered by the decision, whatever became of the pairing since.
    if order.state == OrderState::Placed {
        check_lines(&order, &ask.routes)?;
        check_labs(&ports, &caller, &ask.routes).await?;
    }
    let now = ports.clock.now();
    let order = change_order(&ports, &caller, id, |order| {
        if ask.revision.is_some_and(|r| order.state == OrderState::Placed && r != order.revision) {
            return Err(changed_meanwhile(order));
        }
        approve(order, &ask.routes, now).map_err(|e| match e {
            TransitionError::Cancelled(_) => cancelled(order),
            TransitionError::AlreadyApproved(_) => Refusal::conflict("already_approved", format!("{e}.")),
            TransitionError::Held(..) => Refusal::conflict("on_hold", format!("{e}."))
                .hint(format!("Let it go on first: darkslide orders hold {} --lift", order.id.number())),
            TransitionError::Unpaid(_) => Refusal::conflict("unpaid", format!("{e}.")).hint(format!(
                "It goes on when the payment arrives. Was it paid another way? darkslide orders mark-paid {}",
                order.id.number()
            )),
            TransitionError::Unrouted(_) => Refusal::invalid("unrouted_line", format!("{e}."))
                .hint("Choose a lab for all lines: darkslide lab use LAB"),
        })
    })
    .await?;
    Ok(Answered(studio_order(&ports, order).await?))
}

fn check_lines(order: &Order, routes: &BTreeMap<u32, LabId>) -> Answer<()> {
    match routes.keys().find(|no| order.line(**no).is_none()) {
        None => Ok(()),
        Some(no) => {
            Err(Refusal::invalid("unknown_line", format!("Order {} has no line {no}.", order.id.number()))
                .hint(format!("See its lines: darkslide orders show {}", order.id.number())))
        }
    }
}

/// Only labs that said yes to this studio get its customers' pictures.
async fn check_labs(ports: &Ports, caller: &MachineCaller, routes: &BTreeMap<u32, LabId>) -> Answer<()> {
    let labs: std::collections::BTreeSet<LabId> = routes.values().copied().collect();
    for lab in labs {
        let refuse = |code: &str, why: String, hint: &str| Err(Refusal::conflict(code, why).hint(hint));
        let Some(known) = ports.directory.lab(lab).await? else {
            return refuse(
                "unknown_lab",
                format!("This host has no lab {lab}."),
                "See the labs: darkslide lab list",
            );
        };
        let name = known.name;
        match ports.directory.pairing(caller.studio.id, lab).await?.map(|p| p.state) {
            Some(PairingState::Accepted) => {}
            Some(PairingState::Asked) => {
                return refuse(
                    "lab_not_accepted",
                    format!("{name} has not accepted this studio yet."),
                    "Ask the lab to run `darkslide-lab pair`, then approve again.",
                );
            }
            Some(PairingState::Refused) => {
                return refuse(
                    "lab_refused",
                    format!("{name} refused to work for this studio."),
                    "Call the lab, or choose another one: darkslide lab list",
                );
            }
            None => {
                return refuse(
                    "lab_not_paired",
                    format!("This studio is not paired with {name}."),
                    "Pair with it first: darkslide lab pair CODE",
                );
            }
        }
    }
    Ok(())
}
