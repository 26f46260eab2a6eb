//! Quote, order and status, as the customer's browser sends and reads them.

use domain::{
    id::OrderId,
    money::Money,
    order::{Discounted, LineKind, OrderState, PaymentMethod, Stage, Taxed},
    place::{Customer, Destination},
    product::Surface,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::customer::{CartNode, ImageRef};

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AskQuote {
    pub lines: Vec<LineInput>,
    #[serde(default)]
    pub destination: Option<Destination>,
    /// A discount code as it was typed.
    #[serde(default)]
    pub code: Option<String>,
    /// A prepaid code as it was typed.
    #[serde(default)]
    pub prepaid: Option<String>,
}

/// Prices that a browser sends along are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LineInput {
    pub product: String,
    pub quantity: u32,
    pub nodes: Vec<CartNode>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuoteView {
    pub lines: Vec<QuotedLine>,
    pub subtotal: Money,
    pub shipping: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discounted>,
    /// Why the code that was typed takes nothing off; the rest is priced without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_refused: Option<CodeRefused>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_fee: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Taxed>,
    pub total: Money,
    /// What a prepaid code pays of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepaid: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepaid_refused: Option<CodeRefused>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeRefused {
    /// `unknown_code`, `code_too_early`, `code_over`, `code_used_up`, `code_below_minimum`; `prepaid_unknown`,
    /// `prepaid_used`, `prepaid_over`, `prepaid_not_here`.
    pub code: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuotedLine {
    pub unit_price: Money,
    pub total: Money,
    /// Pixels per inch at this crop, the smallest of the line's printed pictures; 0 where nothing is printed.
    pub ppi: u32,
    /// In plain words, when the print would look soft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlaceOrder {
    pub lines: Vec<LineInput>,
    pub customer: Customer,
    pub destination: Destination,
    #[serde(default)]
    pub note: Option<String>,
    /// A discount code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the page is read in (BCP 47): mails are written in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepaid: Option<String>,
    /// How what is left is paid.
    #[serde(default)]
    pub payment: PaymentMethod,
    /// The total the customer was shown. When the host's differs, the order is refused with
    /// `price_changed`, so nobody pays what she did not see.
    pub total_shown: Money,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderPlaced {
    pub order: OrderId,
    pub number: String,
    /// For the status link `/order/<secret>`; the host keeps only its hash.
    pub secret: String,
    pub total: Money,
}

/// Where the customer pays, at the payment provider.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PayAt {
    /// `None`: it is paid already.
    pub url: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderView {
    pub number: String,
    pub studio_name: String,
    pub placed_at: i64,
    pub state: OrderState,
    pub paid: bool,
    pub customer: Customer,
    pub destination: Destination,
    #[schema(required)]
    pub note: Option<String>,
    pub lines: Vec<OrderLineView>,
    pub subtotal: Money,
    pub shipping: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discounted>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_fee: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Taxed>,
    pub total: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepaid: Option<Money>,
    pub payment: PaymentMethod,
    /// Online, and not yet: the page may send the customer to pay.
    #[serde(default)]
    pub can_pay: bool,
    pub can_cancel: bool,
    pub tracking: Vec<String>,
    /// The studio keeps it back for now; the reason is the studio's.
    #[serde(default)]
    pub on_hold: bool,
    /// What the studio says when it cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderLineView {
    pub line: u32,
    pub product_name: String,
    pub surface: Surface,
    pub quantity: u32,
    pub total: Money,
    #[serde(default)]
    pub kind: LineKindView,
    /// The package it belongs to; its price is at the package's first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageView>,
    pub stage: Stage,
    /// True while a person at the studio or lab looks at it; the reason is theirs.
    pub on_hold: bool,
    pub updated_at: i64,
    /// When the studio last changed its picture or crop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjusted_at: Option<i64>,
    pub pictures: Vec<OrderedPicture>,
    /// Of a line of files, once they were ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<FilesView>,
}

/// Files that were bought, for the holder of the order's link.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FilesView {
    pub state: FilesState,
    /// Until when they can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    #[serde(default)]
    #[schema(required)]
    pub files: Vec<FileView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilesState {
    Preparing,
    Ready,
    /// Removed; they may be asked for again.
    Over,
    Withdrawn,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FileView {
    pub name: String,
    pub length: u64,
    /// For a short while; each look at the order makes another.
    pub url: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKindView {
    #[default]
    Print,
    Digital,
    Item,
}

impl From<&LineKind> for LineKindView {
    fn from(kind: &LineKind) -> Self {
        match kind {
            LineKind::Print | LineKind::Unit { .. } => Self::Print,
            LineKind::Digital { .. } => Self::Digital,
            LineKind::Item => Self::Item,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PackageView {
    /// Lines of one package share it.
    pub no: u32,
    pub name: String,
    pub quantity: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderedPicture {
    pub file_name: String,
    pub crop: domain::geometry::Crop,
    pub width: u32,
    pub height: u32,
    /// The micro preview as a whole JPEG in base64, while the photo is still published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micro: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<ImageRef>,
}

/// Asks for the links of one's orders by e-mail. The answer is the same whether or not there are any.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FindOrders {
    /// Any access code of the gallery they were ordered in, even one that has ended.
    pub code: String,
    /// The address they were ordered with.
    pub email: String,
}
