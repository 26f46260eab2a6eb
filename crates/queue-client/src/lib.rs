//! How agents and labs speak to the host: sessions, JSON, transfers by grant, and the queue.
//!
//! The host sees a device by its Ed25519 key; a session is opened with the first request that needs one
//! and renewed before it ends. Nothing here retries a request that changes something, except an upload
//! under a grant (which can only store the same bytes once): callers decide with
//! [`HostError::is_retryable`] and wait with [`Backoff`].

mod address;
mod backoff;
mod client;
mod clock;
mod connect;
mod error;
mod queue;
mod session;
#[cfg(feature = "sqs")]
mod sqs;
mod throttle;
mod transfer;

pub use address::origin;
pub use backoff::Backoff;
pub use client::HostClient;
pub use connect::{ClientOptions, http_client};
pub use error::HostError;
pub use session::Subject;
pub use throttle::Throttle;
pub use transfer::Uploaded;
