//! Notes that money went back to the customer. The money itself moves elsewhere.

use axum::{Json as Answered, extract::State};
use domain::{
    Millis,
    handling::{MAX_REFUND_NOTES, Note, RefundNote},
    id::OrderId,
    order::Order,
    text::paragraph,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::{NoteRefund, StudioOrder};

use crate::{
    access::MachineCaller,
    decide::{change_order, person},
    problems::at_most,
    request::Segments,
    views::studio_order,
};

const MAX_TEXT: usize = 500;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<NoteRefund>,
) -> Answer<Answered<StudioOrder>> {
    let note = Note {
        at: Millis(ask.at),
        by: person(&caller, ask.by.as_deref()),
        text: paragraph(&ask.text, MAX_TEXT),
    };
    let refund = RefundNote { amount: ask.amount, note };
    let order = change_order(&ports, &caller, id, |order| {
        if order.handling.refunds.contains(&refund) {
            return Ok(None);
        }
        check(order, &refund)?;
        at_most("refund notes", order.handling.refunds.len() + 1, MAX_REFUND_NOTES)?;
        let mut next = Order { revision: order.revision + 1, ..order.clone() };
        next.handling.refunds.push(refund.clone());
        Ok(Some(next))
    })
    .await?;
    Ok(Answered(studio_order(&ports, order).await?))
}

/// Nobody gets back more than the order costs, all notes together.
fn check(order: &Order, refund: &RefundNote) -> Answer<()> {
    let refuse = |words: String| Err(Refusal::invalid("bad_amount", words));
    if order.paid_at.is_none() {
        return Err(Refusal::conflict("not_paid", "The order is not paid, so nothing can go back.")
            .hint("Mark it as paid first, if it was."));
    }
    if refund.amount.currency != order.total.currency || refund.amount.minor <= 0 {
        return refuse(format!("A refund of this order is more than nothing, in {}.", order.total.currency));
    }
    let before: i128 = order.handling.refunds.iter().map(|r| i128::from(r.amount.minor)).sum();
    if before + i128::from(refund.amount.minor) > i128::from(order.total.minor) {
        return refuse(format!("That is more than the order's total of {}.", order.total));
    }
    Ok(())
}
