//! The expire-galleries function.
