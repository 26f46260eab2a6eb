//! The adapters against an emulator of AWS that enforces signatures and policies.
//!
//! All of it is skipped with a notice where DARKSLIDE_AWS_ENDPOINT is not set. What the emulator does not
//! do as AWS does: indexes and cheap reads never lag behind, nothing is ever throttled, and an item of a
//! time to live stays. Everything that is refused here is refused by the emulator itself.

#![allow(clippy::unwrap_used, reason = "a failure in a test is to be loud")]

mod contract;
mod edge;
mod hot_items;
mod large;
mod mails;
mod presigned;
mod signed;
mod stolen_session;
mod support;
