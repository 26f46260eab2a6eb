//! index-photos for every batch record that was stored.

use embedded::{EventKind, Store};
use wire::event::ObjectStored;

use super::{Failure, events};

pub(super) async fn run(store: Store) {
    let ports = store.ports();
    events(store, EventKind::BatchStored, |event| {
        let ports = ports.clone();
        async move {
            let result = index_photos::handle(ObjectStored { key: event.key }, &ports).await;
            result.map_err(|e| Failure::new(&e, e.is_retryable()))
        }
    })
    .await;
}
