//! Claims to print: each line's copies of an attempt are given away once.

use domain::{
    fulfilment::PrintClaim,
    order::{OrderState, Stage},
};
use ports::{PortError, order_book::Claimed};
use rusqlite::{Connection, OptionalExtension, params};

use super::orders;
use crate::{directory, fault::Step};

pub(super) fn claim(db: &Connection, claim: &PrintClaim, current_fence: u64) -> Step<Claimed> {
    let refuse = |why: &str| PortError::invalid("the claim", why);
    let order = orders::read(db, claim.order)?.ok_or_else(|| refuse("there is no such order"))?;
    let line = order.line(claim.line).ok_or_else(|| refuse("the order has no such line"))?;
    if order.routes.get(&claim.line).is_some_and(|lab| *lab != claim.lab) {
        return Err(refuse("the line is routed to another lab").into());
    }
    if order.state == OrderState::Cancelled || line.status.stage == Stage::Cancelled {
        return Ok(Claimed::Cancelled);
    }
    // The lease may have moved on since the caller looked.
    let fence = directory::lease(db, claim.lab)?.map_or(0, |l| l.fence).max(current_fence);
    if claim.fence != fence {
        return Ok(Claimed::Fenced);
    }
    let held: Option<(String, String, Option<String>)> = db
        .prepare_cached(
            "SELECT lab, receiver, token FROM claims WHERE order_id = ?1 AND line = ?2 AND attempt = ?3",
        )?
        .query_row(params![claim.order.to_string(), claim.line, claim.attempt], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .optional()?;
    if let Some((lab, receiver, token)) = held {
        let same = (lab, receiver) == (claim.lab.to_string(), claim.receiver.to_string());
        return Ok(Claimed::held(claim, same, token.as_deref()));
    }
    db.prepare_cached(
        "INSERT INTO claims (order_id, line, attempt, lab, receiver, fence, copies, claimed_at, token)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        claim.order.to_string(),
        claim.line,
        claim.attempt,
        claim.lab.to_string(),
        claim.receiver.to_string(),
        claim.fence,
        claim.copies,
        claim.claimed_at.0,
        claim.token
    ])?;
    Ok(Claimed::Granted)
}
