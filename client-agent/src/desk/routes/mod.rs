//! The desk's routes. Each calls a command of the agent and answers with what it said.

mod batch;
mod events;
mod galleries;
mod labs;
mod orders;
mod picture;
mod session;
mod studio;
mod uploads;

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
        .route("/api/labs", get(labs::list))
        .route("/api/labs/pair", post(labs::pair))
        .route("/api/uploads", get(uploads::show).post(uploads::set))
        .route("/api/scan", post(uploads::scan))
        .route("/api/people", get(galleries::people))
        .route("/api/galleries", get(galleries::list))
        .route("/api/galleries/{gallery}/publish", post(galleries::publish))
        .route("/api/galleries/{gallery}/close", post(galleries::close))
        .route("/api/galleries/{gallery}/take-out", post(galleries::take_out))
        .route("/api/galleries/{gallery}/codes", get(galleries::codes).post(galleries::share))
        .route("/api/galleries/{gallery}/cards.pdf", get(galleries::cards))
        .route("/api/galleries/{gallery}/lists", get(galleries::lists))
        .route("/api/galleries/{gallery}/lists/export", post(galleries::export))
        .route("/api/galleries/{gallery}/photos", get(galleries::frames))
        .route("/api/galleries/{gallery}/batch", get(batch::show))
        .route("/api/galleries/{gallery}/batch/slips.pdf", get(batch::slips))
        .route("/api/galleries/{gallery}/batch/labels.pdf", get(batch::labels))
        .route("/api/galleries/{gallery}/batch/release", post(batch::release))
        .route("/api/photos/{photo}/thumbnail", get(galleries::thumbnail))
        .route("/api/orders", get(orders::list))
        .route("/api/orders/{order}", get(orders::show))
        .route("/api/orders/{order}/approve", post(orders::approve))
        .route("/api/orders/{order}/adjust", post(orders::adjust))
        .route("/api/orders/{order}/hold", post(orders::hold))
        .route("/api/orders/{order}/refund-note", post(orders::refund_note))
        .route("/api/orders/{order}/remake", post(orders::remake))
        .route("/api/orders/{order}/reorder", post(orders::reorder))
        .route("/api/orders/{order}/delivered", post(orders::delivered))
        .route("/api/orders/{order}/cancel", post(orders::cancel))
        .route("/api/orders/{order}/mark-paid", post(orders::mark_paid))
        .route("/api/orders/{order}/lines/{line}/{node}/picture", get(picture::of_order))
}
