//! Any planes, written and read back: `cargo +nightly fuzz run encode_round_trip` in `crates/jpeg`.

#![no_main]

#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::encode_and_decode(data));
