//! What every Lambda function does at its edge, so that a function's `main.rs` only names its handler and
//! its adapter.
//!
//! HTTP functions refuse whoever comes past CloudFront. Event functions take a batch apart: each message is
//! handled in a task of its own, and only those that failed are reported, so that a message nobody can
//! handle reaches its dead-letter queue without taking others with it.

mod batch;
mod ended;
mod http;
mod logs;
mod objects;
mod outbox;

pub use ended::Ended;
pub use http::serve;
pub use lambda_runtime::{Error, LambdaEvent};
pub use logs::start as start_logs;
pub use objects::objects;
pub use outbox::{Ask, Task, rows};

use std::future::Future;

use serde::{Serialize, de::DeserializeOwned};

/// Polls the Runtime API for events and answers each with what `handle` returns.
pub async fn run<I, O, F, Fut>(handle: F) -> Result<(), Ended>
where
    I: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
    F: Fn(LambdaEvent<I>) -> Fut,
    Fut: Future<Output = Result<O, Error>> + Send + 'static,
{
    lambda_runtime::run(lambda_runtime::service_fn(handle)).await.map_err(Ended)
}
