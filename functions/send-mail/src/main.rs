//! The function `send-mail` as Lambda runs it: woken by the schedule, every minute.

use darkslide_aws::Settings;
use darkslide_send_mail::{queue_round, send_due};
use lambda_edge::LambdaEvent;
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_edge::Ended> {
    lambda_edge::start_logs();
    let host = darkslide_aws::connect(Settings::from_env()?).await?;
    lambda_edge::run(move |event: LambdaEvent<Value>| {
        let host = host.clone();
        async move {
            // What the schedules of template.yaml say.
            let round = event.payload["task"] == "round";
            let queued = if round { queue_round(&host.ports).await? } else { 0 };
            let sent = send_due(&host.ports, host.mailer().as_ref().map(|m| m as &dyn ports::Mailer)).await?;
            tracing::info!(queued, ?sent, "sent what was due");
            Ok(json!({ "queued": queued, "sent": sent.sent, "given_up": sent.given_up }))
        }
    })
    .await
}
