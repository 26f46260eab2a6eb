//! order-api: quote, place, follow, cancel.
//!
//! Architecture invariant: nothing a browser says about money is used; lines are priced here from the
//! gallery's price list, by `domain::pricing`.

mod cancel;
mod lines;
mod place;
mod prepare;
mod quote;
mod status;
mod view;

use axum::{
    Router,
    routing::{get, post},
};
use ports::Ports;
use wire::route;

pub fn router(ports: Ports) -> Router {
    Router::new()
        .route(route::ORDER_QUOTE, post(quote::quote))
        .route(route::ORDER_PLACE, post(place::place))
        .route(route::ORDER_STATUS, get(status::show))
        .route(route::ORDER_CANCEL, post(cancel::cancel))
        .with_state(ports)
}
