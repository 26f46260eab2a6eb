//! The index-photos function.
