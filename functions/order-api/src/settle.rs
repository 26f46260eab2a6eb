//! What a payment provider says, applied to the order it is about. Everything may come twice and in any order.

use domain::{
    id::{OrderId, StudioId},
    money::Money,
    order::{OnlinePayment, Order, OrderState},
};
use http_edge::{Answer, Refusal};
use ports::{Ports, order_book::OutboxEvent};

use crate::payment::Event;

const TRIES: usize = 5;

/// The order after the event, or `None`: it says nothing new.
pub fn after(order: &Order, event: &Event, now: domain::Millis) -> Option<Order> {
    let mut next = order.clone();
    let hold = |next: &mut Order, why: String| next.settlement.hold = Some(why);
    match event {
        Event::Paid { session, intent, amount, .. } => {
            let known = OnlinePayment { session: session.clone(), intent: intent.clone(), amount: *amount };
            if order.paid_at.is_none() {
                next.paid_at = Some(now);
                next.settlement.online = Some(known);
                if *amount != order.due() {
                    hold(&mut next, format!("{amount} was paid, and {} is due", order.due()));
                }
                if order.state == OrderState::Cancelled {
                    hold(
                        &mut next,
                        format!("{amount} was paid after the order was cancelled; please refund it"),
                    );
                }
            } else if order.settlement.online.as_ref().is_some_and(|o| o.session != *session) {
                hold(&mut next, format!("it was paid twice ({amount} more); please refund one payment"));
            }
        }
        Event::Refunded { amount, .. } => {
            let before = order.settlement.refunded.map_or(0, |m| m.minor);
            if amount.minor > before {
                next.settlement.refunded = Some(*amount);
                if order.state != OrderState::Cancelled {
                    hold(&mut next, format!("{amount} of {} was refunded", order.due()));
                }
            }
        }
        Event::Disputed { amount, .. } => {
            hold(&mut next, format!("the customer disputes the payment of {amount} at the bank"));
        }
        Event::DisputeWon { .. } => next.settlement.hold = None,
        Event::DisputeLost { .. } => hold(&mut next, "the bank gave the payment back to the customer".into()),
    }
    if next == *order {
        return None;
    }
    next.revision += 1;
    Some(next)
}

/// Writes what an event makes of an order of this studio, and rings at its machines.
pub async fn apply(ports: &Ports, studio: StudioId, id: OrderId, event: &Event) -> Answer<Option<Order>> {
    for _ in 0..TRIES {
        // Another studio's order is as absent as one that never was.
        let Some(order) = ports.orders.order(id).await?.filter(|o| o.studio == studio) else {
            return Ok(None);
        };
        let Some(next) = after(&order, event, ports.clock.now()) else { return Ok(Some(order)) };
        let ring: Vec<_> =
            next.homes().into_iter().map(|machine| OutboxEvent::Job { order: id, machine }).collect();
        match ports.orders.update(&next, &ring).await {
            Ok(()) => return Ok(Some(next)),
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(Refusal::conflict("changed_meanwhile", "The order is being changed by somebody else.")
        .hint("Try again in a moment."))
}

/// Whether a page asks for what is due.
pub fn is_due(order: &Order, amount: Money) -> bool {
    order.paid_at.is_none() && order.state == OrderState::Placed && amount == order.due() && amount.minor > 0
}
