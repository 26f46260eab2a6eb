//! Commands about orders.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum OrdersCommand {
    /// List orders, newest first
    List,
    /// Show one order with every line, checked against the labs' signatures
    Show {
        /// Number (ABCD-1234) or id
        order: String,
    },
    /// Note that the customer has paid
    MarkPaid {
        /// Number (ABCD-1234) or id
        order: String,
    },
    /// Release orders to the lab
    Approve(ApproveArgs),
    /// Cancel an order that is not approved yet
    Cancel {
        /// Number (ABCD-1234) or id
        order: String,
        /// What the customer is told
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Print the newest version of a picture instead of the ordered one that is gone
    UseNewer {
        /// Number (ABCD-1234) or id
        order: String,
        /// Only this line; default: every line whose original is gone
        #[arg(long, value_name = "NO")]
        line: Option<u32>,
    },
    /// Fetch orders, release by rule, render and send what is due; once
    Sync,
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// Numbers (ABCD-1234) or ids
    #[arg(required_unless_present = "all")]
    pub orders: Vec<String>,
    /// Every order that waits for approval
    #[arg(long, conflicts_with = "orders")]
    pub all: bool,
    /// Send to this lab instead of the usual one
    #[arg(long, value_name = "LAB")]
    pub lab: Option<String>,
}
