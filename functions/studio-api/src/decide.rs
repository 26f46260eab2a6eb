//! Changing an order that others change too: read, decide, write on that revision, and again if it moved on.

use domain::{
    id::OrderId,
    order::{Order, OrderState},
};
use http_edge::Answer;
use ports::{Ports, order_book::OutboxEvent};

use crate::{access::MachineCaller, problems::busy};

const TRIES: usize = 5;

/// What a decision makes of the order as it is: the next revision, or `None` when it is so already.
pub type Decision = Answer<Option<Order>>;

/// Applies `decide` to the newest revision and rings every home machine. The order as it is afterwards.
pub async fn change_order(
    ports: &Ports,
    caller: &MachineCaller,
    id: OrderId,
    decide: impl Fn(&Order) -> Decision,
) -> Answer<Order> {
    for _ in 0..TRIES {
        let order = caller.order(ports, id).await?;
        let Some(next) = decide(&order)? else { return Ok(order) };
        match ports.orders.update(&next, &ring_homes(&next)).await {
            Ok(()) => {
                if order.state != next.state {
                    log_decision(&next, caller);
                }
                return Ok(next);
            }
            Err(e) if e.is_conflict() => continue,
            Err(e) => return Err(e.into()),
        }
    }
    Err(busy(&format!("Order {}", id.number())))
}

/// Who sat there, if she said so; else the computer.
pub fn person(caller: &MachineCaller, said: Option<&str>) -> String {
    let said = domain::text::one_line(said.unwrap_or_default(), 60);
    if said.is_empty() { domain::text::one_line(&caller.machine.name, 60) } else { said }
}

fn ring_homes(order: &Order) -> Vec<OutboxEvent> {
    order.homes().into_iter().map(|machine| OutboxEvent::Job { order: order.id, machine }).collect()
}

fn log_decision(order: &Order, caller: &MachineCaller) {
    let state = match order.state {
        OrderState::Placed => "placed",
        OrderState::Approved => "approved",
        OrderState::Cancelled => "cancelled",
    };
    tracing::info!(order = %order.id, machine = %caller.machine.id, state, "the studio decided an order");
}
