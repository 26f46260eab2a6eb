//! Every route of studio-api against the embedded ports: what it does, and whom it refuses.
#![expect(clippy::unwrap_used, reason = "what a test prepares must work")]

mod access;
mod digitals;
mod enrolment;
mod galleries;
mod handed_in;
mod handling;
mod lab_deliveries;
mod lab_prints;
mod lab_queue;
mod orders;
mod pairing;
mod payment;
mod price_lists;
mod publishing;
mod queue;
mod relay;
mod reorder;
mod restored;
mod sessions;
mod work;
mod world;
