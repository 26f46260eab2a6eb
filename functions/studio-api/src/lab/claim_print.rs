//! Claims a line's copies for one receiver, before the first is handed to a device: so that a line is
//! printed at most once by itself.

use axum::{Json as Answered, extract::State};
use domain::{
    fulfilment::PrintClaim,
    order::{MAX_QUANTITY, OrderState},
};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, order_book::Claimed};
use wire::lab::{ClaimAnswer, ClaimPrint};

use crate::access::LabCaller;

/// Attempts of a line count re-sendings and remakes.
pub const MAX_ATTEMPT: u32 = 1_000;
const MAX_TOKEN: usize = 64;

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Json(ask): Json<ClaimPrint>,
) -> Answer<Answered<ClaimAnswer>> {
    let order = caller.order(&ports, ask.order).await?;
    if order.routes.get(&ask.line) != Some(&caller.lab.id) {
        return Err(Refusal::not_found("line"));
    }
    if !(1..=MAX_QUANTITY).contains(&ask.copies) || !(1..=MAX_ATTEMPT).contains(&ask.attempt) {
        return Err(Refusal::invalid(
            "bad_claim",
            format!("Copies go from 1 to {MAX_QUANTITY}, attempts from 1 to {MAX_ATTEMPT}."),
        ));
    }
    if ask.token.as_ref().is_some_and(|token| token.len() > MAX_TOKEN) {
        return Err(Refusal::invalid("bad_claim", format!("A token has at most {MAX_TOKEN} bytes.")));
    }
    if order.state == OrderState::Cancelled {
        return Ok(Answered(ClaimAnswer::Cancelled));
    }
    // Whoever does not hold the lease, or held an older one, is fenced off before anything is written.
    let lease = ports.directory.lease(caller.lab.id).await?;
    let Some(lease) = lease.filter(|l| l.receiver == ask.receiver && l.fence == ask.fence) else {
        return Ok(Answered(ClaimAnswer::Fenced));
    };
    let claim = PrintClaim {
        order: ask.order,
        line: ask.line,
        attempt: ask.attempt,
        lab: caller.lab.id,
        receiver: ask.receiver,
        fence: ask.fence,
        copies: ask.copies,
        claimed_at: ports.clock.now(),
        token: ask.token,
    };
    Ok(Answered(match ports.orders.claim(&claim, lease.fence).await? {
        Claimed::Granted => ClaimAnswer::Granted,
        Claimed::Yours => ClaimAnswer::Yours,
        Claimed::Taken => ClaimAnswer::Taken,
        Claimed::Cancelled => ClaimAnswer::Cancelled,
        Claimed::Fenced => ClaimAnswer::Fenced,
    }))
}
