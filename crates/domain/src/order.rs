//! Orders: what a customer asked for, what it costs, and how far each line has come.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    access::Scope,
    geometry::{Crop, Size},
    handling::Handling,
    hash::VersionHash,
    id::{GalleryId, LabId, MachineId, OrderId, PhotoId, PriceListId, StudioId, VisitorId},
    mail::Language,
    money::Money,
    place::{Customer, Destination},
    price_list::Surface,
};

pub const MAX_LINES: usize = 500;
pub const MAX_QUANTITY: u32 = 999;

/// One picture in a line: the version and crop the customer saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageNode {
    pub gallery: GalleryId,
    pub photo: PhotoId,
    pub version: VersionHash,
    /// The machine that held the original when the order was placed.
    pub home: MachineId,
    pub frame: Size,
    pub crop: Crop,
    pub file_name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Counts from 1.
    pub no: u32,
    pub product: String,
    pub product_name: String,
    pub width_in: f64,
    pub height_in: f64,
    pub surface: Surface,
    pub quantity: u32,
    pub unit_price: Money,
    pub total: Money,
    pub nodes: Vec<ImageNode>,
    #[serde(default)]
    pub kind: LineKind,
    /// The package it was bought in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackagePart>,
    /// Of a line without pictures: the machines whose work it is.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub homes: BTreeSet<MachineId>,
    pub status: LineStatus,
}

/// What is to be made of a line. Composites are prints of several pictures; a package is a line for each of
/// its items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum LineKind {
    #[default]
    Print,
    /// Each of the line's quantity is so many prints: eight wallets.
    Unit { pieces: u32 },
    /// Files instead of paper: the line's picture, or a whole gallery.
    Digital {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whole: Option<WholeGallery>,
        /// What the buyer may do with them.
        #[serde(default)]
        release: String,
    },
    /// Made by the studio itself.
    Item,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeGallery {
    pub gallery: GalleryId,
    /// What the buyer's code showed when she ordered.
    pub scope: Scope,
}

/// The lines of one package share `no`. The package's price is the first one's; the others cost nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagePart {
    /// Counts the packages of the order, from 1.
    pub no: u32,
    pub product: String,
    pub name: String,
    /// How many of the package were bought.
    pub quantity: u32,
    /// The line that carries the price.
    pub first: bool,
}

impl OrderLine {
    /// Prints to make of each of its pictures.
    pub fn copies(&self) -> u32 {
        match self.kind {
            LineKind::Unit { pieces } => self.quantity.saturating_mul(pieces),
            _ => self.quantity,
        }
    }

    /// Whether a change of home of this gallery's photos is one of a line without pictures. An item without
    /// pictures belongs to none, so it goes along.
    pub fn is_of_gallery(&self, gallery: GalleryId) -> bool {
        match &self.kind {
            LineKind::Digital { whole: Some(whole), .. } => whole.gallery == gallery,
            _ => true,
        }
    }

    /// The machines that hold its originals, or look after it where it has no picture.
    pub fn machines(&self) -> impl Iterator<Item = MachineId> {
        self.nodes.iter().map(|n| n.home).chain(self.homes.iter().copied())
    }

    pub fn is_work_of(&self, machine: MachineId) -> bool {
        self.machines().any(|home| home == machine)
    }

    /// Digitals and the studio's own items go without one.
    pub fn needs_lab(&self) -> bool {
        matches!(self.kind, LineKind::Print | LineKind::Unit { .. })
    }
}

/// Forward only. *Hold* is a flag beside the stage, never a stage.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Placed,
    Approved,
    /// The agent works on the file.
    Rendering,
    /// Every part of the delivery is at the host.
    Sent,
    /// The lab has taken the delivery over.
    Received,
    /// The lab has checked every hash and signature.
    Verified,
    Printing,
    Printed,
    Shipped,
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineStatus {
    pub stage: Stage,
    /// Which try this is: retry, remake and reorder count up.
    pub attempt: u32,
    /// Why a person must look at it.
    pub hold: Option<String>,
    pub lab: Option<LabId>,
    pub updated_at: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    Placed,
    Approved,
    Cancelled,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    #[default]
    PayStudio,
    /// A code the studio made covers all of it.
    Prepaid,
    /// Stripe Checkout; `Settlement::online` says how far it is.
    Stripe,
}

/// What an order costs besides its lines and shipping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Charges {
    pub discount: Option<Discounted>,
    pub late_fee: Option<Money>,
    pub tax: Option<Taxed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Discounted {
    pub code: String,
    pub amount: Money,
    /// Orders that may use the code; the order book counts.
    #[serde(default)]
    pub uses: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Taxed {
    pub name: String,
    pub basis_points: u32,
    /// Contained in the other amounts, or added to them.
    pub inclusive: bool,
    pub amount: Money,
}

/// How the order is paid for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settlement {
    pub prepaid: Option<PrepaidShare>,
    pub online: Option<OnlinePayment>,
    /// Refunded or disputed: nothing is made until a person has looked at it. In words.
    pub hold: Option<String>,
    pub refunded: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrepaidShare {
    /// Keyed hash; the code itself is known to the studio and to who was given it.
    pub code_hash: String,
    /// Its last characters.
    pub hint: String,
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlinePayment {
    /// The payment's name at its provider.
    pub session: String,
    #[serde(default)]
    pub intent: Option<String>,
    /// The amount asked for.
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub studio: StudioId,
    pub visitor: VisitorId,
    pub placed_at: Millis,
    pub customer: Customer,
    pub destination: Destination,
    pub note: Option<String>,
    /// What the customer read the site in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    pub price_list: (PriceListId, u32),
    pub lines: Vec<OrderLine>,
    pub subtotal: Money,
    pub shipping: Money,
    #[serde(default)]
    pub charges: Charges,
    /// Subtotal, less the discount, with shipping, late fee and the tax that is not in the prices.
    pub total: Money,
    pub payment: PaymentMethod,
    #[serde(default)]
    pub settlement: Settlement,
    pub paid_at: Option<Millis>,
    pub state: OrderState,
    pub state_at: Millis,
    /// Line → lab, decided with the approval.
    pub routes: BTreeMap<u32, LabId>,
    /// Collected with the other orders of its school until then; all of them go to the lab together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_until: Option<Millis>,
    /// What the studio did with it beside approving it.
    #[serde(default, skip_serializing_if = "Handling::is_empty")]
    pub handling: Handling,
    /// Grows with each change.
    pub revision: u64,
}

/// The secret of an order's status link, computed from the host's key so that it can be said again at any time.
pub fn status_secret(key: &[u8], order: OrderId) -> String {
    let tag = crate::object_key::mac(key, &[b"order status secret", order.as_bytes()]);
    data_encoding::BASE32_NOPAD.encode(&tag[..20]).to_ascii_lowercase()
}

impl Order {
    /// The machines that hold originals of this order: one job each.
    pub fn homes(&self) -> BTreeSet<MachineId> {
        self.lines.iter().flat_map(OrderLine::machines).collect()
    }

    /// What a prepaid code leaves to be paid.
    pub fn due(&self) -> Money {
        let prepaid = self.settlement.prepaid.as_ref().map_or(0, |p| p.amount.minor);
        Money::new(self.total.minor.saturating_sub(prepaid).max(0), self.total.currency)
    }

    /// Whether anything of it is carried to the customer.
    pub fn is_physical(&self) -> bool {
        self.lines.iter().any(|l| !matches!(l.kind, LineKind::Digital { .. }))
    }

    /// Whether this machine still has something to do for lines without a lab.
    pub fn owes_without_lab(&self, machine: MachineId) -> bool {
        let open = |l: &OrderLine| !l.needs_lab() && l.status.stage < Stage::Shipped && l.is_work_of(machine);
        self.lines.iter().any(open)
    }

    /// The machines that look after those of these lines that go without a lab and are done now.
    pub fn homes_of(&self, reports: &[crate::fulfilment::LineReport]) -> BTreeSet<MachineId> {
        let reported = |l: &&OrderLine| {
            !l.needs_lab() && l.status.stage == Stage::Shipped && reports.iter().any(|r| r.line == l.no)
        };
        self.lines.iter().filter(reported).flat_map(OrderLine::machines).collect()
    }

    pub fn labs(&self) -> BTreeSet<LabId> {
        self.routes.values().copied().collect()
    }

    pub fn line(&self, no: u32) -> Option<&OrderLine> {
        self.lines.iter().find(|l| l.no == no)
    }

    pub fn prints(&self) -> u32 {
        self.lines.iter().filter(|l| l.needs_lab()).map(OrderLine::copies).sum()
    }
}

/// One machine's share of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub order: OrderId,
    pub studio: StudioId,
    pub machine: MachineId,
    pub created_at: Millis,
    /// When the agent said that it has the job on its own disk.
    pub acknowledged_at: Option<Millis>,
    /// Every file this machine owes has been sent.
    pub done_at: Option<Millis>,
    /// What the agent waits for, in words ("waiting for original: connect 'Photos SSD'").
    pub waiting: Option<String>,
}

/// All parts of (order, lab, attempt), ready for the lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub order: OrderId,
    pub studio: StudioId,
    pub lab: LabId,
    pub attempt: u32,
    pub parts: BTreeSet<MachineId>,
    pub created_at: Millis,
    pub acknowledged_at: Option<Millis>,
    /// When the lab had printed everything, and the files were removed.
    pub finished_at: Option<Millis>,
}
