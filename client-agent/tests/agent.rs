//! The `darkslide` binary on a computer without a host: folders as photographers have them, and worse.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests; the lint knows only functions marked as tests"
)]

mod agent {
    mod desk;
    mod edit;
    mod entry;
    mod help;
    mod hostile;
    mod incremental;
    mod process;
    mod render;
    #[cfg(unix)]
    mod workers;
}
