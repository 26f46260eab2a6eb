//! GET /api/events: server-sent events that tell a page when to look again.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};

use crate::desk::serve::Page;

pub async fn events(
    State(page): State<Arc<Page>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let mut moved = page.changes.listen();
    // The first event comes at once: whoever comes back after a break looks again.
    moved.mark_changed();
    let events = stream::unfold(moved, |mut moved| async move {
        moved.changed().await.ok()?;
        let now = *moved.borrow_and_update();
        let event = Event::default().event("moved").json_data(now).ok()?;
        Some((Ok(event), moved))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
