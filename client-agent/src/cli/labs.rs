//! Commands about labs.

use std::path::PathBuf;

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
    /// How a lab wants its files: profile, sharpening, bleed, back print, names
    Setup {
        /// Name or id of a paired lab
        lab: String,
        #[command(subcommand)]
        command: Option<SetupCommand>,
    },
}

#[derive(Debug, Subcommand)]
pub enum SetupCommand {
    /// Show what holds (also without a command)
    Show,
    /// Set one key; without a value it is unset
    Set {
        /// file, profile, intent, sharpen, border_mm, bleed_mm, back_print or file_name
        key: String,
        /// The value, as in the set-up's file
        value: Option<String>,
        /// Only for this product of the price list
        #[arg(long, value_name = "PRODUCT")]
        product: Option<String>,
    },
    /// Read the whole set-up from a TOML file
    Import { file: PathBuf },
    /// Write the whole set-up as TOML, its profiles beside it
    Export { file: Option<PathBuf> },
}
