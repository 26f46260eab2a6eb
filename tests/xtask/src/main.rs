//! Checks of the tree that reviews forget.

fn main() {}
