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
mod open;
mod open_link;
mod photo;
mod photos;
mod products;
mod session;
mod submit_list;
pub mod view;
mod waiting;

use axum::{
    Router,
    routing::{get, post, put},
};
use ports::Ports;
use wire::route;

pub fn router(ports: Ports) -> Router {
    Router::new()
        .route(route::GALLERY_OPEN, post(open::open))
        .route(route::GALLERY_SESSION, get(session::renew).delete(session::forget))
        .route(route::GALLERY_OPEN_LINK, post(open_link::open))
        .route(route::GALLERY_WAITING, post(waiting::ask))
        .route(route::GALLERY, get(gallery::show))
        .route(route::GALLERY_LOGO, get(logo::show))
        .route(route::GALLERY_LINK, post(link::make))
        .route(route::GALLERY_LISTS, get(lists::show).put(lists::save))
        .route(route::GALLERY_LIST_SUBMIT, post(submit_list::submit))
        .route(route::GALLERY_PHOTOS, get(photos::list))
        .route(route::GALLERY_PHOTO, get(photo::show))
        .route(route::GALLERY_FAVOURITE, put(favourite::add).delete(favourite::remove))
        .route(route::GALLERY_PRODUCTS, get(products::list))
        .route(route::GALLERY_CART, get(cart::show).put(cart::save))
        .with_state(ports)
}
