//! Outputs: where prints come from.

pub mod hot_folder;
pub mod pattern;
