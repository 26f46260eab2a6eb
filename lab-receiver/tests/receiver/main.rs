//! The receiver's binary against a host in this process that can lie, fail and repeat itself.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod crashes;
mod cut;
mod damage;
mod desk;
mod dpof;
mod dpof_reader;
mod fake_host;
mod hostile_text;
mod lab;
mod leases;
mod minilab;
mod printer;
mod stress;
mod studio;
mod substitutes;
mod tickets;
mod whole_way;
