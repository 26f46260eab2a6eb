//! Commands about photos: scanning, rendering, data.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct ScanArgs {
    /// Folders to read, with everything below them; without any, those scanned before
    #[arg(value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ProcessArgs {
    /// Process what the preferences in darkslide.toml select, not only what galleries hold
    #[arg(long)]
    pub auto: bool,
    /// Try again what a worker gave up on before
    #[arg(long)]
    pub retry: bool,
}

#[derive(Debug, Subcommand)]
pub enum PhotoCommand {
    /// List photos
    List {
        #[command(flatten)]
        selection: SelectionArgs,
    },
    /// Show one photo with its versions, places and renditions
    Show {
        /// Path or id (pho_…)
        photo: String,
    },
    /// Record an edit; the original stays as it is
    Edit(EditArgs),
}

/// Which photos are meant. Several conditions must all be met; several values of one condition are
/// alternatives.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectionArgs {
    /// Photos in this folder and below it
    #[arg(long, value_name = "DIR")]
    pub from: Vec<PathBuf>,
    /// At least this many stars
    #[arg(long, value_name = "0-5", value_parser = clap::value_parser!(u8).range(0..=5))]
    pub min_rating: Option<u8>,
    /// With this keyword
    #[arg(long, value_name = "WORD")]
    pub keyword: Vec<String>,
    /// With this colour label
    #[arg(long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// In which this person of the roster is named
    #[arg(long, value_name = "NAME")]
    pub subject: Vec<String>,
    /// These files
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct EditArgs {
    /// Path or id (pho_…)
    pub photo: String,
    /// Part to keep: left, top, width and height, each from 0 to 1 of the turned picture
    #[arg(long, value_name = "X,Y,W,H", allow_hyphen_values = true)]
    pub crop: Option<String>,
    /// Turn clockwise, in degrees: 0, 90, 180 or 270
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    pub rotate: Option<i32>,
    /// Straighten clockwise by up to 45 degrees
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    pub straighten: Option<f64>,
    /// Forget crop, rotation and straightening first
    #[arg(long)]
    pub reset: bool,
    /// Title; empty takes back the file's own
    #[arg(long)]
    pub title: Option<String>,
    /// Caption; empty takes back the file's own
    #[arg(long)]
    pub caption: Option<String>,
    /// Price group of the price list; empty for none
    #[arg(long, value_name = "GROUP")]
    pub price_group: Option<String>,
    /// Keyword to add; with a leading minus (`--keyword=-blurred`) to remove
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub keyword: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ImportMetadataArgs {
    /// CSV with a header line; columns: file, title, caption, keywords, price_group, subject, group
    pub csv: PathBuf,
}

#[derive(Debug, Args)]
pub struct RenderArgs {
    /// Pictures to render
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Folder for the renditions
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Worker processes; default: one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
}

#[derive(Debug, Args)]
pub struct RenderWorkerArgs {
    /// Memory one picture may use, in MiB
    #[arg(long, default_value_t = 1536)]
    pub memory_mib: u64,
    /// Seconds of processor time one worker may use in all; 0 for no limit
    #[arg(long, default_value_t = 0)]
    pub cpu_seconds: u64,
}
