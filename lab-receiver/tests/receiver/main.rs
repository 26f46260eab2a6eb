//! The receiver's binary against a host in this process that can lie, fail and repeat itself.

mod crashes;
mod damage;
mod fake_host;
mod hostile_text;
mod lab;
mod leases;
mod printer;
mod studio;
mod whole_way;
