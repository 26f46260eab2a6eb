//! `darkslide payment …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum PaymentCommand {
    /// How customers of this studio can pay
    Show,
    /// Let customers pay with Stripe Checkout; asks for the keys, which the host keeps sealed
    #[command(after_help = STRIPE_HELP)]
    Stripe(StripeArgs),
    /// Make prepaid codes: each pays for one order, up to an amount or a number of one product
    Code(CodeArgs),
    /// The prepaid codes and the orders they paid for
    Codes,
}

const STRIPE_HELP: &str = "\
What to do at https://dashboard.stripe.com:
  1. Developers > API keys: make a restricted key that may write Checkout Sessions and Refunds and read
     PaymentIntents (or take the secret key). A test key (rk_test_…, sk_test_…) charges nobody.
  2. Developers > Webhooks: add an endpoint with the address that `darkslide payment show` says, for
     checkout.session.completed, checkout.session.async_payment_succeeded, charge.refunded,
     charge.dispute.created and charge.dispute.closed. Copy its signing secret (whsec_…).
Both are asked for here, or read as two lines from a pipe; they never stand on the command line.

  darkslide payment stripe
  darkslide payment stripe --only        customers cannot choose to pay you directly
  darkslide payment stripe --remove";

#[derive(Debug, Args)]
pub struct StripeArgs {
    /// Customers can pay in no other way
    #[arg(long, conflicts_with = "remove")]
    pub only: bool,
    /// Take no more payments with Stripe; what is paid stays paid
    #[arg(long)]
    pub remove: bool,
}

#[derive(Debug, Args)]
pub struct CodeArgs {
    /// What one code is worth, such as "50.00 EUR"
    #[arg(long, required_unless_present = "product", conflicts_with = "product")]
    pub worth: Option<String>,
    /// Id of a product of the price list that one code pays for
    #[arg(long, value_name = "ID")]
    pub product: Option<String>,
    /// How many of the product
    #[arg(long, default_value_t = 1, requires = "product", value_parser = clap::value_parser!(u32).range(1..=999))]
    pub quantity: u32,
    /// How many codes to make
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub count: u32,
    /// Last day, such as 2026-12-31
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// What they are for; only you see it
    #[arg(long)]
    pub note: Option<String>,
    /// Write the codes to a new CSV file instead of the screen
    #[arg(long, value_name = "FILE.csv")]
    pub out: Option<PathBuf>,
}
