//! The laboratory's receiver.

fn main() {}
