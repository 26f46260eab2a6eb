//! The photographer's agent as a library, so that the whole-system tests can call what the binary calls.
//!
//! One command is one file under the folder of its noun. Everything a command needs is in [`Context`].
//! What is deliberately absent: rules (`domain`), shapes of requests (`wire`) and pixels (`darkslide-image`).

pub mod batch;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
mod custody;
pub mod entry;
pub mod error;
pub mod exit;
pub mod favorites;
pub mod folders;
pub mod gallery;
pub mod init;
pub mod output;
pub mod paper;
pub mod paths;
pub mod payment;
pub mod photo;
pub mod price_list;
pub mod process;
pub mod render;
pub mod scan;
pub mod selection;
pub mod start;
pub mod stop;
pub mod uploads;

pub mod daemon;
pub mod desk;
pub mod host;
pub mod labs;
pub mod mail;
pub mod orders;
pub mod restored;

pub use context::Context;
pub use error::AgentError;
pub use exit::Exit;
