//! Writing an order over its previous revision.

use domain::order::{Order, OrderState};
use ports::{PortError, PortResult, order_book::OutboxEvent};

use super::{aggregate, jobs, stored::ORDER};
use crate::{payment_book, table::Table};

pub(super) async fn update(table: &Table, order: &Order, ring: &[OutboxEvent]) -> PortResult<()> {
    let written = aggregate::change(table, order.id, |a| {
        if a.order.revision + 1 != order.revision {
            return Err(PortError::conflict(ORDER));
        }
        let newly_cancelled = order.state == OrderState::Cancelled && a.order.state != OrderState::Cancelled;
        if newly_cancelled {
            payment_book::give_back(order).into_iter().for_each(|write| a.write(write));
        }
        a.write_order(order.clone())?;
        if order.state == OrderState::Cancelled {
            jobs::tell_of_cancellation(a, order.state_at)?;
        }
        for event in ring {
            if let OutboxEvent::Job { machine, .. } = event {
                jobs::open_again(a, *machine, order.state_at)?;
            }
            a.ring(event, order.state_at)?;
        }
        Ok(())
    });
    written.await?.ok_or_else(|| PortError::conflict(ORDER))
}
