//! The timer functions: ring again for what nobody acknowledged, and end what is over.

use std::time::Duration;

use embedded::Store;

pub(super) async fn run(store: Store, every: Duration) {
    let ports = store.ports();
    loop {
        let task_ports = ports.clone();
        let turn = tokio::spawn(async move {
            match dispatch_orders::resend(&task_ports).await {
                Ok(0) => {}
                Ok(rung) => tracing::info!(rung, "rang again for what nobody acknowledged"),
                Err(error) => tracing::error!(%error, "ringing again failed"),
            }
            if let Err(error) = expire_galleries::sweep(&task_ports).await {
                tracing::error!(%error, "the sweep failed");
            }
        });
        if let Err(error) = turn.await {
            tracing::error!(%error, "the timer's turn failed");
        }
        tokio::time::sleep(every).await;
    }
}
