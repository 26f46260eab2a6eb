//! Any stored scan behind the constant header: `cargo +nightly fuzz run join_header` in `crates/jpeg`.

#![no_main]

#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::join_header_any(data));
