//! The function `expire-galleries` as Lambda runs it: woken by the schedule.

use darkslide_aws::Settings;
use lambda_edge::LambdaEvent;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_edge::Ended> {
    lambda_edge::start_logs();
    let ports = darkslide_aws::connect(Settings::from_env()?).await?.with_objects().with_edge().ports;
    lambda_edge::run(move |_: LambdaEvent<serde_json::Value>| {
        let ports = ports.clone();
        // What was done is in the log; a step that failed fails the invocation, and with it the alarm sees it.
        async move { Ok(darkslide_expire_galleries::sweep(&ports).await.map(drop)?) }
    })
    .await
}
