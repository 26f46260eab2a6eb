//! send-mail: what is due every few seconds, the round every hour.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use embedded::Store;
use ports::Mailer;

const LOOK_EVERY: Duration = Duration::from_secs(5);
const ROUND_EVERY: Duration = Duration::from_secs(60 * 60);

pub(super) async fn run(store: Store, mailer: Option<Arc<dyn Mailer>>) {
    let ports = store.ports();
    let mut last_round: Option<Instant> = None;
    loop {
        let round = last_round.is_none_or(|at| at.elapsed() >= ROUND_EVERY);
        if round {
            last_round = Some(Instant::now());
        }
        let (task_ports, mailer) = (ports.clone(), mailer.clone());
        let turn = tokio::spawn(async move {
            if round && let Err(error) = send_mail::queue_round(&task_ports).await {
                tracing::error!(%error, "the round of mails failed");
            }
            match send_mail::send_due(&task_ports, mailer.as_deref()).await {
                Ok(sent) if sent == send_mail::Sent::default() => {}
                Ok(sent) => tracing::info!(?sent, "mails"),
                Err(error) => tracing::error!(%error, "mails cannot be sent"),
            }
        });
        if let Err(error) = turn.await {
            tracing::error!(%error, "the mails' turn failed");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
