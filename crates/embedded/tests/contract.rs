//! The contract of the ports, on SQLite and files.

mod support;

ports::contract_tests!(crate::support::host);
