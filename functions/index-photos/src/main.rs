//! The function `index-photos` as Lambda runs it: woken by SQS for every batch record that was stored.

use darkslide_aws::Settings;
use wire::event::ObjectStored;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_edge::Ended> {
    lambda_edge::start_logs();
    let ports = darkslide_aws::connect(Settings::from_env()?).await?.with_objects().with_edge().ports;
    lambda_edge::run(move |event| {
        let ports = ports.clone();
        let handle = move |stored: ObjectStored| {
            let ports = ports.clone();
            async move { darkslide_index_photos::handle(stored, &ports).await }
        };
        async move { Ok(lambda_edge::objects(event, handle).await) }
    })
    .await
}
