//! Placeholder until the claims are written.
fn main() {}
