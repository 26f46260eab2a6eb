//! Commands about galleries and price lists.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::photo::SelectionArgs;

#[derive(Debug, Subcommand)]
pub enum GalleryCommand {
    /// Make a gallery; with --from its photos are those of a folder
    Create(CreateArgs),
    /// Send the selected photos; a selection given here becomes the gallery's own
    Publish(PublishArgs),
    /// Take photos out of a gallery, or close it
    Unpublish(UnpublishArgs),
    /// Show or make access codes: on the terminal, as QR code, as a sheet of cards
    Share(ShareArgs),
    /// Show or change the studio's look on a gallery: name, colour, logo, cover; and the selection limit
    Look(LookArgs),
    /// Who left an e-mail address to be told when a draft is ready
    Waiting {
        /// Name or id of the gallery
        gallery: String,
    },
    /// List galleries
    List,
    /// Become the home of a gallery's photos after another computer was replaced
    Adopt(AdoptArgs),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name customers see
    pub name: String,
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Sell prints by this price list (its name)
    #[arg(long, value_name = "NAME")]
    pub price_list: Option<String>,
    /// Greeting above the pictures
    #[arg(long, value_name = "TEXT")]
    pub welcome: Option<String>,
    /// Day on which it closes, such as 2027-01-31
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// Keep it closed to customers until `gallery publish --open`
    #[arg(long)]
    pub draft: bool,
}

#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Name or id of the gallery
    pub gallery: String,
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Show what would be done, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Open a draft or closed gallery to customers
    #[arg(long)]
    pub open: bool,
    /// Sell prints by this price list from now on (its newest version)
    #[arg(long, value_name = "NAME")]
    pub price_list: Option<String>,
}

#[derive(Debug, Args)]
pub struct UnpublishArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// Files or photo ids to take out; none: close the gallery to customers
    #[arg(value_name = "PHOTOS")]
    pub photos: Vec<String>,
    /// Put photos back that were taken out before
    #[arg(long, requires = "photos")]
    pub undo: bool,
}

#[derive(Debug, Args)]
pub struct ShareArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// A code that shows only this person's photos; repeat for siblings
    #[arg(long, value_name = "NAME")]
    pub subject: Vec<String>,
    /// One code for each person on the roster
    #[arg(long, conflicts_with = "subject")]
    pub all_subjects: bool,
    /// Show every code there is, and make none
    #[arg(long, conflicts_with_all = ["subject", "all_subjects", "new"])]
    pub there: bool,
    /// Make a further code even if there is one
    #[arg(long)]
    pub new: bool,
    /// Draw no QR code
    #[arg(long)]
    pub no_qr: bool,
    /// Write a printable sheet of cards
    #[arg(long, value_name = "FILE.pdf")]
    pub cards: Option<PathBuf>,
}

/// An empty value ("") takes a setting away.
#[derive(Debug, Args)]
pub struct LookArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// Name customers read instead of the studio's registered one
    #[arg(long, value_name = "TEXT")]
    pub studio_name: Option<String>,
    /// Colour of buttons, such as '#7a3b2e'
    #[arg(long, value_name = "#RRGGBB")]
    pub accent: Option<String>,
    /// PNG or JPEG, at most 128 kB
    #[arg(long, value_name = "FILE")]
    pub logo: Option<String>,
    /// The photo shown large at the top: path, file name or id
    #[arg(long, value_name = "PHOTO")]
    pub cover: Option<String>,
    /// Greeting above the pictures
    #[arg(long, value_name = "TEXT")]
    pub welcome: Option<String>,
    /// How many photos a customer may choose and send; 0: as many as she likes
    #[arg(long, value_name = "N")]
    pub selection_limit: Option<u32>,
    /// Whether customers may straighten a picture when they crop it: yes or no
    #[arg(long, value_name = "YES|NO", value_parser = clap::builder::BoolishValueParser::new())]
    pub straighten: Option<bool>,
}

#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// Name or id of the gallery
    pub gallery: String,
    /// Name or id of the computer that was replaced
    #[arg(long, value_name = "MACHINE")]
    pub from: String,
}

#[derive(Debug, Subcommand)]
pub enum PriceListCommand {
    /// Read a price list from TOML or CSV; a changed list becomes a new version
    Import {
        /// FILE.toml or FILE.csv
        file: PathBuf,
        /// Name of the list; default: the one in the file, or the file's name
        #[arg(long)]
        name: Option<String>,
    },
    /// Write a price list as TOML or CSV, to change it and import it again
    Export {
        /// Name
        name: String,
        /// FILE.toml or FILE.csv; default: TOML on the screen
        file: Option<PathBuf>,
    },
    /// Show one price list, or all names
    Show {
        /// Name
        name: Option<String>,
    },
}
