//! Whole-system tests: what must hold whatever happens, on real processes joined only by HTTP.

mod bad_input;
mod crashes;
mod digitals;
mod geometry;
mod ledger;
mod privacy;
mod restored;
mod stress;
mod studios;
mod three_labs;
