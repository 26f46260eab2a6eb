//! dispatch-orders for every row of the outbox.

use embedded::Store;

use super::{AT_ONCE, Failure, LOOK_AGAIN};

pub(super) async fn run(store: Store) {
    let ports = store.ports();
    loop {
        let rows = match ports.orders.outbox(AT_ONCE).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            }
        };
        let idle = rows.is_empty();
        for row in rows {
            let (id, task_ports) = (row.id.clone(), ports.clone());
            let done = tokio::spawn(async move {
                dispatch_orders::handle(row, &task_ports)
                    .await
                    .map_err(|e| Failure::new(&e, e.is_retryable()))
            });
            let failure = match done.await {
                Ok(Ok(())) => continue,
                Ok(Err(failure)) => failure,
                Err(error) => Failure::new(&error, true),
            };
            let parked = store.outbox_failed(&id, &failure.why, failure.retry).await;
            tracing::error!(row = id, why = failure.why, ?parked, "an outbox row failed");
            if parked.is_err() {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        if idle {
            let _ = tokio::time::timeout(LOOK_AGAIN, store.outbox_rang()).await;
        }
    }
}
