//! The routes of labs' receivers.

mod ack_delivery;
mod answer_pairing;
mod ask_again;
mod claim_print;
mod delete_messages;
mod enrol;
mod extend_message;
mod get_delivery;
mod list_deliveries;
mod list_pairings;
mod open_session;
mod poll_queue;
mod queue_access;
mod report;
mod take_lease;

use axum::{
    Router,
    routing::{get, post},
};
use ports::Ports;
use wire::route;

pub fn routes() -> Router<Ports> {
    Router::new()
        .route(route::LAB_ENROL, post(enrol::handle))
        .route(route::LAB_SESSION, post(open_session::handle))
        .route(route::LAB_PAIRINGS, get(list_pairings::handle))
        .route(route::LAB_PAIRING, post(answer_pairing::handle))
        .route(route::LAB_DELIVERIES, get(list_deliveries::handle))
        .route(route::LAB_DELIVERY, get(get_delivery::handle))
        .route(route::LAB_DELIVERY_ACK, post(ack_delivery::handle))
        .route(route::LAB_DELIVERY_AGAIN, post(ask_again::handle))
        .route(route::LAB_LEASE, post(take_lease::handle))
        .route(route::LAB_CLAIM, post(claim_print::handle))
        .route(route::LAB_REPORTS, post(report::handle))
        .route(route::LAB_QUEUE, get(poll_queue::handle))
        .route(route::LAB_QUEUE_DELETE, post(delete_messages::handle))
        .route(route::LAB_QUEUE_EXTEND, post(extend_message::handle))
        .route(route::LAB_QUEUE_ACCESS, get(queue_access::handle))
        .method_not_allowed_fallback(crate::wrong_method)
}
