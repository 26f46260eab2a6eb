//! Commands about the lists customers give to the studio.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum FavoritesCommand {
    /// List what customers of a gallery chose and sent
    List {
        /// Name or id of the gallery
        gallery: String,
    },
    /// Write a list for Lightroom and others: file names to filter by, or XMP ratings
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// Name of the list, or of the customer; needed when there are several
    #[arg(long, value_name = "NAME")]
    pub list: Option<String>,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Comma)]
    pub format: Format,
    /// Whole file names; without it their stems, which also find the RAW files
    #[arg(long)]
    pub extensions: bool,
    /// Folder for XMP sidecars
    #[arg(long, value_name = "DIR", conflicts_with = "beside_originals")]
    pub to: Option<PathBuf>,
    /// Write XMP sidecars next to the originals; one that is there already is left alone
    #[arg(long)]
    pub beside_originals: bool,
    /// Stars of the XMP sidecars
    #[arg(long, value_name = "1-5", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub rating: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// DSL_0001, DSL_0002: Lightroom's library filter, "contains"
    Comma,
    /// DSL_0001 DSL_0002
    Space,
    /// DSL_0001 OR DSL_0002: searches of file managers and other catalogs
    Or,
    /// One sidecar a photo, with the rating and the customer's note
    Xmp,
}
