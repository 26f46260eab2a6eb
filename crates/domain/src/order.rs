//! Orders: what a customer asked for, what it costs, and how far each line has come.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    geometry::{Crop, Size},
    hash::VersionHash,
    id::{GalleryId, LabId, MachineId, OrderId, PhotoId, PriceListId, StudioId, VisitorId},
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
    pub status: LineStatus,
}

/// Forward only. *Hold* is a flag beside the stage, never a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    Placed,
    Approved,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    PayStudio,
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
    pub price_list: (PriceListId, u32),
    pub lines: Vec<OrderLine>,
    pub subtotal: Money,
    pub shipping: Money,
    pub total: Money,
    pub payment: PaymentMethod,
    pub paid_at: Option<Millis>,
    pub state: OrderState,
    pub state_at: Millis,
    /// Line → lab, decided with the approval.
    pub routes: BTreeMap<u32, LabId>,
    /// Grows with each change.
    pub revision: u64,
}

impl Order {
    /// The machines that hold originals of this order: one job each.
    pub fn homes(&self) -> BTreeSet<MachineId> {
        self.lines.iter().flat_map(|l| l.nodes.iter().map(|n| n.home)).collect()
    }

    /// Whose parts a delivery to this lab waits for.
    pub fn homes_for(&self, lab: LabId) -> BTreeSet<MachineId> {
        self.lines
            .iter()
            .filter(|l| self.routes.get(&l.no) == Some(&lab))
            .flat_map(|l| l.nodes.iter().map(|n| n.home))
            .collect()
    }

    pub fn labs(&self) -> BTreeSet<LabId> {
        self.routes.values().copied().collect()
    }

    pub fn line(&self, no: u32) -> Option<&OrderLine> {
        self.lines.iter().find(|l| l.no == no)
    }

    pub fn prints(&self) -> u32 {
        self.lines.iter().map(|l| l.quantity).sum()
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
