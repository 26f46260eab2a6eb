//! The gallery-api function.
