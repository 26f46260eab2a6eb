//! gallery-api: what customers see. Open by code, list, filter, search, favourites and lists, cart, the way to another device.
//!
//! Architecture invariant: every read of a photo goes through the index with the visitor's scope, so a
//! photo outside it is as absent as one that never was, in lists, counts, facets and by id alike.

mod alike;
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

use axum::{Extension, Router};
use ports::Ports;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router(ports: Ports) -> Router {
    let kept = alike::Kept::default();
    api().split_for_parts().0.layer(Extension(kept)).with_state(ports)
}

/// What the routes take and answer, from the routes themselves.
pub fn document() -> OpenApi {
    api().into_openapi()
}

fn api() -> OpenApiRouter<Ports> {
    OpenApiRouter::new()
        .routes(routes!(open::open))
        .routes(routes!(session::renew, session::forget))
        .routes(routes!(open_link::open))
        .routes(routes!(waiting::ask))
        .routes(routes!(gallery::show))
        .routes(routes!(logo::show))
        .routes(routes!(link::make))
        .routes(routes!(lists::show, lists::save))
        .routes(routes!(submit_list::submit))
        .routes(routes!(news::tell))
        .routes(routes!(photos::list))
        .routes(routes!(photo::show))
        .routes(routes!(favourite::add, favourite::remove))
        .routes(routes!(products::list))
        .routes(routes!(cart::show, cart::save))
}
