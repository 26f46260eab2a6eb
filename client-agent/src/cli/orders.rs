//! Commands about orders.

use clap::{Args, Subcommand};
use domain::{
    geometry::{Crop, Rect},
    money::Money,
};

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
    /// Change a line before the approval: crop, picture, split, merge; what it costs stays the same
    Adjust(AdjustArgs),
    /// Keep an order back from approval, or let it go on
    Hold(HoldArgs),
    /// Note that money went back to the customer
    RefundNote(RefundArgs),
    /// Have printed lines made again, for nothing
    Remake(RemakeArgs),
    /// Sell an order again, for its customer: the same pictures at the prices of today
    Reorder(ReorderArgs),
    /// Note that the customer has what no lab makes: files, frames
    Delivered(DeliveredArgs),
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
    /// Only if the order still has this revision
    #[arg(long, hide = true, conflicts_with = "all")]
    pub revision: Option<u64>,
}

#[derive(Debug, Args)]
pub struct AdjustArgs {
    /// Number (ABCD-1234) or id
    pub order: String,
    /// Which line
    #[arg(long, value_name = "NO")]
    pub line: u32,
    /// Which picture of the line, from 1
    #[arg(long, value_name = "NO", default_value_t = 1)]
    pub picture: u32,
    /// Another crop: left, top, width, height as parts of the picture, then quarter turns and degrees
    #[arg(long, value_name = "X,Y,W,H[,TURNS[,ANGLE]]", group = "what", value_parser = read_crop)]
    pub crop: Option<CropArg>,
    /// The newest version of the same picture: the retouched one
    #[arg(long, group = "what")]
    pub newer: bool,
    /// Another picture of the gallery: path, file name or id
    #[arg(long, value_name = "PHOTO", group = "what")]
    pub with: Option<String>,
    /// So many copies as a line of their own
    #[arg(long, value_name = "COPIES", group = "what")]
    pub split: Option<u32>,
    /// Join another line of the same product and picture
    #[arg(long, value_name = "NO", group = "what")]
    pub merge_into: Option<u32>,
    /// Who decides; default: this computer's name
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Only if the order still has this revision
    #[arg(long, hide = true)]
    pub revision: Option<u64>,
}

#[derive(Clone, Debug)]
pub struct CropArg(pub Crop);

fn read_crop(text: &str) -> Result<CropArg, String> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|n| n.trim().parse::<f64>().map_err(|e| e.to_string()))
        .collect::<Result<_, _>>()?;
    let (rect, turns, angle) = match numbers.as_slice() {
        [x, y, w, h] => ([*x, *y, *w, *h], 0.0, 0.0),
        [x, y, w, h, turns] => ([*x, *y, *w, *h], *turns, 0.0),
        [x, y, w, h, turns, angle] => ([*x, *y, *w, *h], *turns, *angle),
        _ => return Err("four to six numbers are needed".into()),
    };
    if !(0.0..=3.0).contains(&turns) {
        return Err("quarter turns are 0 to 3".into());
    }
    let [x, y, width, height] = rect;
    Ok(CropArg(Crop { rect: Rect { x, y, width, height }, quarter_turns: turns as u8, angle, aspect: None }))
}

#[derive(Debug, Args)]
pub struct HoldArgs {
    /// Number (ABCD-1234) or id
    pub order: String,
    /// Why it waits
    #[arg(long, value_name = "TEXT", required_unless_present = "lift")]
    pub reason: Option<String>,
    /// Let it go on
    #[arg(long, conflicts_with = "reason")]
    pub lift: bool,
    /// Who decides; default: this computer's name
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

#[derive(Debug, Args)]
pub struct RefundArgs {
    /// Number (ABCD-1234) or id
    pub order: String,
    /// Such as "12.50 EUR"
    pub amount: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// Who gave it back; default: this computer's name
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// When, in milliseconds: a repeat with the same is the same note
    #[arg(long, hide = true)]
    pub at: Option<i64>,
}

#[derive(Debug, Args)]
pub struct DeliveredArgs {
    /// Number (ABCD-1234) or id
    pub order: String,
    /// Only this line; repeat for several. Default: every line no lab makes
    #[arg(long, value_name = "NO")]
    pub line: Vec<u32>,
}

#[derive(Debug, Args)]
pub struct RemakeArgs {
    /// Number (ABCD-1234) or id
    pub order: String,
    /// Which line; repeat for several of one lab
    #[arg(long, value_name = "NO", required = true)]
    pub line: Vec<u32>,
    /// What is wrong with the prints
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who decides; default: this computer's name
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Only if the order still has this revision
    #[arg(long, hide = true)]
    pub revision: Option<u64>,
}

#[derive(Debug, Args)]
pub struct ReorderArgs {
    /// Number (ABCD-1234) or id
    pub order: String,
    /// Only this line and how many of it, like 2=5; a package by its first line; repeat for several.
    /// Default: everything as it was
    #[arg(long, value_name = "NO=QUANTITY", value_parser = read_quantity)]
    pub line: Vec<Quantity>,
    /// Picked up at the studio, wherever it went before
    #[arg(long)]
    pub pick_up: bool,
    /// Say what it costs, and order nothing
    #[arg(long)]
    pub quote: bool,
    /// Who decides; default: this computer's name
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// The desk's: at exactly this total, which was looked at
    #[arg(skip)]
    pub total: Option<Money>,
    /// The desk's: the same for each repeat of the same order
    #[arg(skip)]
    pub key: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    pub line: u32,
    pub quantity: u32,
}

fn read_quantity(text: &str) -> Result<Quantity, String> {
    let (line, quantity) = text.split_once('=').ok_or("write it like 2=5: five of line 2")?;
    let number = |text: &str| text.trim().parse::<u32>().map_err(|e| format!("{text:?}: {e}"));
    Ok(Quantity { line: number(line)?, quantity: number(quantity)? })
}

#[derive(Debug, Args)]
pub struct CustodyArgs {
    /// Number (ABCD-1234) or id
    #[arg(required_unless_present = "verify")]
    pub order: Option<String>,
    /// Make every print again by its recipe, and compare
    #[arg(long, conflicts_with = "export")]
    pub render: bool,
    /// Write a document that another computer can verify
    #[arg(long, value_name = "FILE")]
    pub export: Option<std::path::PathBuf>,
    /// Verify such a document
    #[arg(long, value_name = "FILE", conflicts_with_all = ["order", "render", "export"])]
    pub verify: Option<std::path::PathBuf>,
}
