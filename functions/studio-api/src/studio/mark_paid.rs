//! Notes that the customer has paid the studio; agents may release the order by it.

use axum::{Json, extract::State};
use domain::{
    id::OrderId,
    order::{Order, OrderState, Settlement},
};
use http_edge::Answer;
use ports::Ports;
use wire::orders::StudioOrder;

use crate::{
    access::MachineCaller, decide::change_order, problems::cancelled, request::Segments, views::studio_order,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
) -> Answer<Json<StudioOrder>> {
    let now = ports.clock.now();
    let order = change_order(&ports, &caller, id, |order| {
        if order.paid_at.is_some() && order.settlement.hold.is_none() {
            return Ok(None);
        }
        if order.state == OrderState::Cancelled {
            return Err(cancelled(order));
        }
        // A refund or dispute that a person has looked at holds nothing any more.
        let settlement = Settlement { hold: None, ..order.settlement.clone() };
        let paid_at = order.paid_at.or(Some(now));
        Ok(Some(Order { paid_at, settlement, revision: order.revision + 1, ..order.clone() }))
    })
    .await?;
    Ok(Json(studio_order(&ports, order).await?))
}
