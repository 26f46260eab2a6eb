//! Notes that the customer has paid the studio; agents may release the order by it.

use axum::{Json, extract::State};
use domain::{
    id::OrderId,
    order::{Order, OrderState},
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
        if order.paid_at.is_some() {
            return Ok(None);
        }
        if order.state == OrderState::Cancelled {
            return Err(cancelled(order));
        }
        Ok(Some(Order { paid_at: Some(now), revision: order.revision + 1, ..order.clone() }))
    })
    .await?;
    Ok(Json(studio_order(&ports, order).await?))
}
