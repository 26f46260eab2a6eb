//! The studio's desk: one local page for everything a person decides, so that nobody needs a terminal.
//!
//! The agent serves it to this computer alone. Whatever the page does is one of the agent's commands, run in
//! this process with its results kept instead of printed: there is no second logic. What is deliberately
//! absent: accounts (who may open the profile may open the desk) and anything fetched from elsewhere.

mod address;
mod answer;
mod changes;
mod files;
mod guard;
mod open;
mod routes;
mod secret;
mod serve;

/// A link that opens the desk, once.
pub fn link(folders: &crate::folders::Folders) -> String {
    address::Address::load(folders).link()
}

pub use self::{
    open::run,
    serve::{Listening, listen, serve},
};
