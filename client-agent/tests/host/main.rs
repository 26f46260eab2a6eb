//! The agent's binary against a small host in this process: joining, pairing, orders, crashes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agent;
mod crops;
mod custody;
mod daemon;
mod desk;
mod fake;
mod favorites;
mod labs;
mod login;
mod look;
mod notices;
mod orders;
mod resume;
mod school;
mod two_machines;
