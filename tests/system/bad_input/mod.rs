//! Bad input: each gives a clear error with a next step, everything else goes on, nothing is lost.

mod away;
mod bomb;
mod files;
mod names;
mod requests;
