//! The contract of the ports, on the AWS adapters against an emulator.

#![allow(clippy::unwrap_used, reason = "a failure in a test is to be loud")]

mod support;

ports::contract_tests!(crate::support::host);
