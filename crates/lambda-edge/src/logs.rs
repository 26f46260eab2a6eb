//! Logs as CloudWatch reads them: one JSON object a line. It adds the time itself.

use tracing_subscriber::EnvFilter;

/// `RUST_LOG` chooses what is logged (template.yaml sets it); `info` without it.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // A second call in one process (tests) finds the first one's choice in place.
    let _ = tracing_subscriber::fmt().json().without_time().with_env_filter(filter).try_init();
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
