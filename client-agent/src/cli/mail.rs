//! Commands about the mails the host sends for the studio.

use clap::{Args, Subcommand};
use domain::mail::{Language, LanguageError};

#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Show what the host sends
    Show,
    /// Switch mails on, or change them; what is not named stays as it is
    Set(SetArgs),
    /// Send nothing any more
    Off,
}

#[derive(Debug, Args)]
pub struct SetArgs {
    /// Where orders and digests go, and customers' answers
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<String>,
    /// Language of your own mails, and of customers whose language is unknown: en, de
    #[arg(long, value_parser = language)]
    pub language: Option<Language>,
    /// Mails to customers: order received, approved, shipped; gallery ready, closing soon
    #[arg(long, overrides_with = "no_to_customers")]
    pub to_customers: bool,
    #[arg(long, hide = true)]
    pub no_to_customers: bool,
    /// A mail to you for each new order
    #[arg(long, overrides_with = "no_new_orders")]
    pub new_orders: bool,
    #[arg(long, hide = true)]
    pub no_new_orders: bool,
    /// A mail to you, at most once a day, when something waits; --no-… switches any of the three off
    #[arg(long, overrides_with = "no_digest")]
    pub digest: bool,
    #[arg(long, hide = true)]
    pub no_digest: bool,
}

fn language(text: &str) -> Result<Language, LanguageError> {
    Language::parse(text)
}
