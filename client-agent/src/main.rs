//! The photographer's agent.

fn main() {}
