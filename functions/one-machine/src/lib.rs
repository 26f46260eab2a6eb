//! The whole host in one process: the three HTTP functions, the files they grant, the site, and the loops
//! that run the event functions. A library, so that tests run it without a second process.

pub mod command;
pub mod data_folder;
pub mod exit;
pub mod output;
pub mod serve;

pub use serve::{Config, serve};
