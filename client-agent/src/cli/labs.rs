//! Commands about labs.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum LabCommand {
    /// Pair with a lab by the code it printed (`darkslide-lab pair`)
    Pair {
        /// The pairing code
        code: String,
    },
    /// Send prints to this lab unless an order says otherwise
    Use {
        /// Name or id of a paired lab
        lab: String,
        /// Only for this product of the price list
        #[arg(long, value_name = "PRODUCT")]
        product: Option<String>,
    },
    /// List the labs of the host and which are paired
    List,
}
