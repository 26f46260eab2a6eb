//! Logs as CloudWatch reads them: one JSON object a line. It adds the time itself.
//!
//! Nothing below `info` is in an optimised binary (Cargo.toml): what the libraries below would say, nobody asks of a
//! function, and every start would read it.

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// `RUST_LOG` chooses what is logged (template.yaml sets it), as a level or as `target=level` with commas between;
/// `info` without it.
pub fn start() {
    let said = std::env::var("RUST_LOG").ok().and_then(|said| said.parse::<Targets>().ok());
    let filter = said.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().json().without_time();
    // A second call in one process (tests) finds the first one's choice in place.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}

/// The error and its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
