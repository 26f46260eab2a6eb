//! Commands about orders.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum OrdersCommand {
    /// List orders, newest first
    List,
    /// Show one order with every line
    Show {
        /// Number (ABCD-1234) or id
        order: String,
    },
    /// Note that the customer has paid
    MarkPaid {
        /// Number (ABCD-1234) or id
        order: String,
    },
    /// Release an order to the lab
    Approve {
        /// Number (ABCD-1234) or id
        order: String,
        /// Send to this lab instead of the usual one
        #[arg(long, value_name = "LAB")]
        lab: Option<String>,
    },
    /// Cancel an order that is not approved yet
    Cancel {
        /// Number (ABCD-1234) or id
        order: String,
        /// What the customer is told
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}
