//! The receiver's binary against a host in this process that can lie, fail and repeat itself.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod crashes;
mod damage;
mod dpof;
mod dpof_reader;
mod fake_host;
mod hostile_text;
mod lab;
mod leases;
mod minilab;
mod printer;
mod studio;
mod tickets;
mod whole_way;
