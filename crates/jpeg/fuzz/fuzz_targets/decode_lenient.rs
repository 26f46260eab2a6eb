//! Lenient decoding of any bytes: `cargo +nightly fuzz run decode_lenient` in `crates/jpeg`.

#![no_main]

#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::decode_lenient(data));
