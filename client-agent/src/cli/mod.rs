//! The command line: every command and option, with the words of `--help`.

pub mod batch;
pub mod daemon;
pub mod favorites;
pub mod gallery;
pub mod host;
pub mod labs;
pub mod mail;
pub mod orders;
pub mod payment;
pub mod photo;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed; what was asked for was not done
  2  the command line makes no sense
  3  partly done; what was not is listed (unreadable files, refused photos)

Start with `darkslide init`, then `darkslide login`, `darkslide scan`, `darkslide gallery create`.";

/// The photographer's agent: galleries from your own disk, prints sent to the lab when somebody orders.
#[derive(Debug, Parser)]
#[command(name = "darkslide", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Folder of the profile: darkslide.toml, keys and catalog
    #[arg(long, global = true, value_name = "DIR", env = "DARKSLIDE_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// Which studio, when this computer works for several
    #[arg(long, global = true, value_name = "NAME")]
    pub studio: Option<String>,
    /// Print results as JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more; repeat for more still
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say only results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Draw no progress bars
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Answer yes to every question
    #[arg(short, long, global = true)]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a profile on this computer: darkslide.toml and an empty catalog
    Init(InitArgs),
    /// Enrol this computer at a host with a token
    Login(host::LoginArgs),
    /// Leave the studio on this computer; catalog and pictures stay
    Logout,
    /// The computers of this studio
    #[command(subcommand)]
    Machine(host::MachineCommand),
    /// Show studio, this computer and the host
    Account,
    /// Read folders of pictures into the catalog; only what changed is read again
    Scan(photo::ScanArgs),
    /// Make the renditions that galleries need, without publishing
    Process(photo::ProcessArgs),
    /// Galleries: create, publish, share
    #[command(subcommand)]
    Gallery(gallery::GalleryCommand),
    /// Price lists: every import is a new, immutable version
    #[command(subcommand)]
    Pricelist(gallery::PriceListCommand),
    /// How customers pay: Stripe, prepaid codes
    #[command(subcommand)]
    Payment(payment::PaymentCommand),
    /// Photos in the catalog: list, show, edit
    #[command(subcommand)]
    Photo(photo::PhotoCommand),
    /// Enter titles, captions, keywords, price groups and the roster from a CSV file, before or after a scan
    ImportMetadata(photo::ImportMetadataArgs),
    /// Labs: pair, choose the usual one
    #[command(subcommand)]
    Lab(labs::LabCommand),
    /// Orders: look, approve, cancel
    #[command(subcommand)]
    Orders(orders::OrdersCommand),
    /// School batches: orders collected until a day, released together, with slips and labels
    #[command(subcommand)]
    Batch(batch::BatchCommand),
    /// What became of every print of an order, step by step, each signed by who did it
    Custody(orders::CustodyArgs),
    /// Mails the host sends for the studio: to customers, to you
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Favourite lists customers sent: look, export for Lightroom
    #[command(subcommand)]
    Favorites(favorites::FavoritesCommand),
    /// Run in the background: watch folders, publish, take orders, send prints
    Run(daemon::RunArgs),
    /// Open the studio's desk in the browser: orders, galleries and problems on one page
    Desk(daemon::DeskArgs),
    /// How fast this computer sends; pause and go on
    Uploads(daemon::UploadsArgs),
    /// What is going on: galleries, orders, waiting work
    Status,
    /// Look for what is wrong and say how to mend it
    Doctor,
    /// Render files without a catalog, into a folder
    Render(photo::RenderArgs),
    /// Render one request after the other from standard input; started by the agent itself
    #[command(hide = true)]
    RenderWorker(photo::RenderWorkerArgs),
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Text of the watermark, usually the studio's name
    #[arg(long, value_name = "TEXT")]
    pub watermark: Option<String>,
}
