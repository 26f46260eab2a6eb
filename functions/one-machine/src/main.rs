//! Every function in one process on SQLite and files.

fn main() {}
