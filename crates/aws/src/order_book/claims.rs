//! Claims to print: each line's copies of an attempt are given away once.

use domain::{
    fulfilment::{Lease, PrintClaim},
    order::{OrderState, Stage},
};
use ports::{PortError, PortResult, order_book::Claimed};

use super::stored;
use crate::{
    keys,
    table::{Done, Row, TRIES, Table, Write, back_off},
};

const CLAIM: &str = "a claim to print";

/// The claim is written on condition that nobody claimed, that the lease is still the one that was seen, and
/// that the order has not changed (it may have been cancelled); otherwise all is looked at again.
pub(super) async fn claim(table: &Table, claim: &PrintClaim, current_fence: u64) -> PortResult<Claimed> {
    for attempt in 0..TRIES * 2 {
        let (seen, order) = match judge(table, claim, current_fence).await? {
            Judged::Settled(answer) => return Ok(answer),
            Judged::Free { lease, order } => (lease, order),
        };
        let key = keys::claim(claim.order, claim.line, claim.attempt);
        let lease = Write::check(keys::lease(claim.lab));
        let lease = match seen {
            Some(fence) => lease.when("doc.fence = :fence").number(":fence", fence),
            None => lease.when_new(),
        };
        let order = Write::check(keys::order(claim.order)).when("rev = :rev").number(":rev", order);
        let put = Write::put(CLAIM, &Row::new(key, claim))?.when_new();
        match table.commit(&[put, lease, order]).await? {
            Done::Yes => return Ok(Claimed::Granted),
            Done::Refused(_) => back_off(attempt).await,
        }
    }
    Err(PortError::conflict(CLAIM))
}

enum Judged {
    Settled(Claimed),
    /// The lease's fence and the order's revision that were seen.
    Free {
        lease: Option<u64>,
        order: u64,
    },
}

async fn judge(table: &Table, claim: &PrintClaim, current_fence: u64) -> PortResult<Judged> {
    let refuse = |why: &str| PortError::invalid("the claim", why);
    let order = stored::read(table, claim.order).await?.ok_or_else(|| refuse("there is no such order"))?;
    let line = order.line(claim.line).ok_or_else(|| refuse("the order has no such line"))?;
    if order.routes.get(&claim.line).is_some_and(|lab| *lab != claim.lab) {
        return Err(refuse("the line is routed to another lab"));
    }
    if order.state == OrderState::Cancelled || line.status.stage == Stage::Cancelled {
        return Ok(Judged::Settled(Claimed::Cancelled));
    }
    // The lease may have moved on since the caller looked.
    let lease: Option<Lease> = table.doc("the lab's lease", &keys::lease(claim.lab)).await?;
    let lease = lease.map(|l| l.fence);
    if claim.fence != lease.unwrap_or(0).max(current_fence) {
        return Ok(Judged::Settled(Claimed::Fenced));
    }
    let key = keys::claim(claim.order, claim.line, claim.attempt);
    let held: Option<PrintClaim> = table.doc(CLAIM, &key).await?;
    Ok(match held {
        Some(held) => {
            let same = (held.lab, held.receiver) == (claim.lab, claim.receiver);
            Judged::Settled(Claimed::held(claim, same, held.token.as_deref()))
        }
        None => Judged::Free { lease, order: order.revision },
    })
}
