//! gallery-api: what customers see. Open by code, list, filter, search, favourites and lists, cart, the way to another device.
//!
//! Architecture invariant: every read of a photo goes through the index with the visitor's scope, so a
//! photo outside it is as absent as one that never was, in lists, counts, facets and by id alike.

mod authorise;
mod cart;
mod favourite;
mod gallery;
mod link;
mod listed;
mod lists;
mod logo;
mod merge;
mod news;
mod open;
mod open_link;
mod photo;
mod photos;
mod products;
mod session;
mod submit_list;
pub mod view;
mod waiting;

use axum::Router;
use http_edge::{documented, served};
use ports::Ports;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Every handler, once.
macro_rules! routes {
    ($with:ident, $router:expr) => {
        $with!(
            $router;
            open::open,
            session::renew,
            session::forget,
            open_link::open,
            waiting::ask,
            gallery::show,
            logo::show,
            link::make,
            lists::show,
            lists::save,
            submit_list::submit,
            news::tell,
            photos::list,
            photo::show,
            favourite::add,
            favourite::remove,
            products::list,
            cart::show,
            cart::save,
        )
    };
}

pub fn router(ports: Ports) -> Router {
    routes!(served, Router::new()).with_state(ports)
}

/// What the routes take and answer, from the routes themselves.
pub fn document() -> OpenApi {
    routes!(documented, OpenApiRouter::<Ports>::new()).into_openapi()
}
