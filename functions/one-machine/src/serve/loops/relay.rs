//! relay-lab-files for every manifest that was stored.

use embedded::{EventKind, Store};
use wire::event::ObjectStored;

use super::{Failure, events};

pub(super) async fn run(store: Store) {
    let ports = store.ports();
    events(store, EventKind::ManifestStored, |event| {
        let ports = ports.clone();
        async move {
            let result = relay_lab_files::handle(ObjectStored { key: event.key }, &ports).await;
            result.map_err(|e| Failure::new(&e, e.is_retryable()))
        }
    })
    .await;
}
