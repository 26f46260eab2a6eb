//! What every request passes: log, panic net, headers, caller's address, time limit, compression.

mod catch_panic;
mod compress;
mod log_request;
mod security_headers;
mod time_limit;
mod viewer_address;

pub(super) use catch_panic::catch_panic;
pub(super) use compress::{compress, takes_gzip};
pub(super) use log_request::log_request;
pub(super) use security_headers::security_headers;
pub(super) use time_limit::time_limit;
pub(super) use viewer_address::viewer_address;
