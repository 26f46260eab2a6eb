//! The contract of the ports.

ports::contract_tests!(crate::support::host);
