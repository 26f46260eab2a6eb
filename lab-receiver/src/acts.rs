//! What a person may do about lines and orders. The commands and the desk both act through these.

pub mod release;
pub mod remake;
pub mod ship;
