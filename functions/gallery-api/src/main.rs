//! The function `gallery-api` as Lambda runs it: the routes of its library on the AWS adapters.

use darkslide_aws::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_edge::Ended> {
    lambda_edge::start_logs();
    let host = darkslide_aws::connect(Settings::from_env()?).await?.with_objects();
    lambda_edge::serve(darkslide_gallery_api::router(host.ports), &host.origin_secret).await
}
