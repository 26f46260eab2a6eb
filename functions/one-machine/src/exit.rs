//! Exit codes, as `--help` documents them.

/// Nothing more to do.
pub const OK: u8 = 0;
/// It failed; the message says why and what to do.
pub const FAILED: u8 = 1;
/// The command line was not understood (clap uses the same).
pub const USAGE: u8 = 2;
/// Done, but not everything is as it should be (`check` found something).
pub const FOUND_PROBLEMS: u8 = 3;
