//! order-api: quote, place, follow, find again, cancel.
//!
//! Architecture invariant: nothing a browser says about money is used; lines are priced here from the
//! gallery's price list, by `domain::pricing`.

mod ask_files_again;
mod cancel;
mod files;
mod find;
mod lines;
mod pay;
pub mod payment;
mod place;
mod prepaid;
mod prepare;
mod quote;
mod settle;
mod status;
mod told;
mod view;

use std::sync::Arc;

use axum::{Router, routing::post};
use ports::Ports;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::route;

use crate::payment::OnlinePayments;

#[derive(Clone)]
struct Deps {
    ports: Ports,
    online: Arc<dyn OnlinePayments>,
}

impl axum::extract::FromRef<Deps> for Ports {
    fn from_ref(deps: &Deps) -> Ports {
        deps.ports.clone()
    }
}

pub fn router(ports: Ports, online: Arc<dyn OnlinePayments>) -> Router {
    api().split_for_parts().0.with_state(Deps { ports, online })
}

/// What the routes take and answer, from the routes themselves.
pub fn document() -> OpenApi {
    api().into_openapi()
}

fn api() -> OpenApiRouter<Deps> {
    OpenApiRouter::new()
        .routes(routes!(quote::quote))
        .routes(routes!(place::place))
        .routes(routes!(find::find))
        .routes(routes!(status::show))
        .routes(routes!(cancel::cancel))
        .routes(routes!(ask_files_again::again))
        .routes(routes!(pay::pay))
        // Stripe's own shape, not the site's.
        .route(route::ORDER_STRIPE, post(told::stripe))
}
