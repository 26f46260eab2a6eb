//! A small world for whole-system tests: one host, studios with their machines, labs and customers, each a
//! real process with its own folder, joined only by HTTP on loopback.
//!
//! The binaries are those of the same profile (`make test-e2e` builds them first).

pub mod bad_line;
pub mod customer;
pub mod host_store;
pub mod jpeg;
pub mod ledger;
pub mod orders;
pub mod pictures;
pub mod press;
pub mod printer;
pub mod process;
pub mod shop;
pub mod wait;
pub mod world;

pub use customer::Customer;
pub use process::Daemon;
pub use shop::Shop;
pub use world::{Lab, Machine, World};
