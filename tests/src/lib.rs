//! A small world for whole-system tests: one host, studios with their machines, labs and customers, each a
//! real process with its own folder, joined only by HTTP on loopback.
//!
//! The binaries are those of the same profile (`make test-e2e` builds them first).

pub mod customer;
pub mod pictures;
pub mod process;
pub mod wait;
pub mod world;

pub use customer::Customer;
pub use process::Daemon;
pub use world::{Lab, Machine, World};
