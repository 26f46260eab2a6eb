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

use axum::Router;
use ports::Ports;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router(ports: Ports) -> Router {
    api().split_for_parts().0.with_state(ports)
}

/// What the routes take and answer, from the routes themselves.
pub fn document() -> OpenApi {
    api().into_openapi()
}

fn api() -> OpenApiRouter<Ports> {
    OpenApiRouter::new()
        .routes(routes!(quote::quote))
        .routes(routes!(place::place))
        .routes(routes!(status::show))
        .routes(routes!(cancel::cancel))
}
