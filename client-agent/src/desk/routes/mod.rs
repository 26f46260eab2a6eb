//! The desk's routes. Each calls a command of the agent and answers with what it said.

mod events;
mod orders;
mod picture;
mod session;
mod studio;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use super::serve::Page;

pub fn routes() -> Router<Arc<Page>> {
    Router::new()
        .route("/api/hello", get(session::hello))
        .route("/api/session", post(session::begin))
        .route("/api/events", get(events::events))
        .route("/api/studio", get(studio::show))
        .route("/api/doctor", get(studio::doctor))
        .route("/api/orders", get(orders::list))
        .route("/api/orders/{order}", get(orders::show))
        .route("/api/orders/{order}/approve", post(orders::approve))
        .route("/api/orders/{order}/cancel", post(orders::cancel))
        .route("/api/orders/{order}/mark-paid", post(orders::mark_paid))
        .route("/api/orders/{order}/lines/{line}/{node}/picture", get(picture::of_order))
}
