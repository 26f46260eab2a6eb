//! The host in this process, asked over HTTP.

#![allow(clippy::unwrap_used, reason = "a failure in a test is to be loud")]

mod edge;
mod files;
mod images;
mod support;
