//! The function `order-api` as Lambda runs it: the routes of its library on the AWS adapters.

use darkslide_aws::Settings;
use darkslide_order_api::payment::stripe::Stripe;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_edge::Ended> {
    lambda_edge::start_logs();
    let host = darkslide_aws::connect(Settings::from_env()?).await?.with_objects();
    let payments = std::sync::Arc::new(Stripe::new(Stripe::API)?);
    lambda_edge::serve(darkslide_order_api::router(host.ports, payments), &host.origin_secret).await
}
