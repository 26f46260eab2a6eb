//! The studio-api function.
