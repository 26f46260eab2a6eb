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
use http_edge::{documented, served};
use ports::Ports;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
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

/// Every handler that the document tells of, once.
macro_rules! routes {
    ($with:ident, $router:expr) => {
        $with!(
            $router;
            quote::quote,
            place::place,
            find::find,
            status::show,
            cancel::cancel,
            ask_files_again::again,
            pay::pay,
        )
    };
}

pub fn router(ports: Ports, online: Arc<dyn OnlinePayments>) -> Router {
    routes!(served, Router::new())
        // Stripe's own shape, not the site's.
        .route(route::ORDER_STRIPE, post(told::stripe))
        .with_state(Deps { ports, online })
}

/// What the routes take and answer, from the routes themselves.
pub fn document() -> OpenApi {
    routes!(documented, OpenApiRouter::<Deps>::new()).into_openapi()
}
