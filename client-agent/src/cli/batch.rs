//! Commands about school batches.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum BatchCommand {
    /// List the orders that are delivered at school, class by class
    Show {
        /// Name or id of the gallery
        gallery: String,
    },
    /// Write the packing slips: a page for each order, sorted by class and child
    Slips(SlipsArgs),
    /// Write labels for the bags: one for each child, sorted by class and child
    Labels(LabelsArgs),
    /// Send the whole batch to the lab
    Release(ReleaseArgs),
}

#[derive(Debug, Args)]
pub struct SlipsArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// Where the slips go
    #[arg(value_name = "FILE.pdf")]
    pub file: PathBuf,
    /// With what each line and the order cost
    #[arg(long)]
    pub prices: bool,
}

#[derive(Debug, Args)]
pub struct LabelsArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// Where the labels go: A4 sheets of 21 labels of 63.5 × 38.1 mm (Avery L7160)
    #[arg(value_name = "FILE.pdf")]
    pub file: PathBuf,
    /// So many labels of the first sheet are used already
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub skip: u8,
}

#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// Although orders are still collected; later ones are sent by themselves
    #[arg(long)]
    pub early: bool,
}
