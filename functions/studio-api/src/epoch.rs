//! Says on every answer which life of the host's records this is. After a restore agents and labs learn of it
//! with their next request, whatever that is, and say again what the restored records may lack.

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use domain::epoch::Epoch;
use wire::route::EPOCH;

pub async fn say(State(epoch): State<Epoch>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&epoch.to_string()) {
        response.headers_mut().insert(EPOCH, value);
    }
    response
}
