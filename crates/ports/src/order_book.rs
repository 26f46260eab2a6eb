//! The order book: the truth behind every queue. Each change and its outbox row are one transaction.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{
    Millis,
    fulfilment::{LineReport, PrintClaim},
    id::{LabId, MachineId, OrderId, StudioId},
    order::{Delivery, Job, Order},
};

use crate::{Page, PortResult};

/// Rows of the outbox, dispatched to queues by `dispatch-orders`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxEvent {
    Job { order: OrderId, machine: MachineId },
    Delivery { order: OrderId, lab: LabId, attempt: u32 },
    Pairing { lab: LabId },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: String,
    pub event: OutboxEvent,
    pub at: Millis,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Placed {
    New,
    /// The same key and content came before; this is the order it made.
    Repeat(OrderId),
    /// The same key came before with other content.
    KeyReused,
    /// The order's discount code was used as often as it may be: nothing was written.
    CodeUsedUp,
    /// Another order has the order's prepaid code: nothing was written.
    PrepaidUsed,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PartArrived {
    /// Other machines' parts are missing.
    Waiting,
    /// This was the last part: the delivery was made, with its outbox row.
    Complete(Delivery),
    /// This part was there before (redelivery): nothing changed.
    Repeat,
    /// The order is cancelled, not routed to this lab, or this machine has no part in it.
    Unexpected(String),
}

/// What an order was placed with, so that it can be placed again after a restore that lost it: the customer's
/// status link and her repeated request then still find it. Hashes and a key that opens nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PlacedWith {
    pub secret_hash: String,
    pub key: String,
    pub digest: String,
}

/// A lab's signed report as kept for the studio, which verifies it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KeptReport {
    pub lab: LabId,
    /// Unique per (order, lab).
    pub report: String,
    /// The signed document as JSON.
    pub envelope: String,
    pub tracking: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// Also to the same claim again: receiver and token are those of before.
    Granted,
    /// By the same receiver before, with another token or none.
    Yours,
    Taken,
    /// The order or line is cancelled.
    Cancelled,
    /// The lease has a larger fence.
    Fenced,
}

impl Claimed {
    /// For copies that were claimed before: by the same receiver of the same lab or not, and with which token.
    pub fn held(claim: &PrintClaim, by_the_same: bool, token: Option<&str>) -> Self {
        match (by_the_same, token) {
            (false, _) => Self::Taken,
            (true, Some(token)) if claim.token.as_deref() == Some(token) => Self::Granted,
            (true, _) => Self::Yours,
        }
    }
}

#[async_trait]
pub trait OrderBook: Send + Sync {
    /// Order, secret, idempotency key, one job per home and its outbox rows, the use of its discount code
    /// and its prepaid code: all or nothing. Keys are kept for good. `digest` is of the request's content.
    async fn place(&self, order: &Order, secret_hash: &str, key: &str, digest: &str) -> PortResult<Placed>;
    async fn order(&self, id: OrderId) -> PortResult<Option<Order>>;
    async fn order_by_secret(&self, secret_hash: &str) -> PortResult<Option<Order>>;
    /// Newest first.
    async fn orders(&self, studio: StudioId, cursor: Option<&str>, limit: u32) -> PortResult<Page<Order>>;
    async fn order_of_key(&self, key: &str) -> PortResult<Option<(OrderId, String)>>;
    /// `None` where it was not kept yet when the order was placed.
    async fn placed_with(&self, order: OrderId) -> PortResult<Option<PlacedWith>>;

    /// Writes an order whose revision is `order.revision - 1` in the store, and rings at `ring`.
    /// `Conflict` when somebody was first: read again and decide anew. A cancellation makes the order's
    /// open jobs unacknowledged again, so that every machine learns of it. A machine that is rung at and owes
    /// something again has its job opened again.
    async fn update(&self, order: &Order, ring: &[OutboxEvent]) -> PortResult<()>;

    /// Jobs of a machine that are not done.
    async fn open_jobs(&self, machine: MachineId, cursor: Option<&str>, limit: u32) -> PortResult<Page<Job>>;
    async fn jobs(&self, order: OrderId) -> PortResult<Vec<Job>>;
    /// Idempotent; `None`: no such job. With the acknowledgement a cancelled order's job is done.
    async fn acknowledge_job(
        &self,
        order: OrderId,
        machine: MachineId,
        now: Millis,
    ) -> PortResult<Option<Job>>;
    async fn set_waiting(&self, order: OrderId, machine: MachineId, waiting: Option<&str>) -> PortResult<()>;

    /// Applies reports by `domain::fulfilment::apply_report`; returns the order as it is afterwards. Machines
    /// whose every line is printed owe nothing more (`domain::fulfilment::printed_homes`).
    async fn report_lines(
        &self,
        order: OrderId,
        reports: &[LineReport],
        now: Millis,
    ) -> PortResult<Option<Order>>;
    /// Keeps a lab's signed report; false when it was kept before.
    async fn keep_report(&self, order: OrderId, report: &KeptReport) -> PortResult<bool>;
    async fn reports(&self, order: OrderId) -> PortResult<Vec<KeptReport>>;

    /// The first manifest per (order, lab, attempt, machine) wins. The last part makes the delivery, moves
    /// its lines to `sent`, marks the machine's job done when it owes nothing more, and rings the lab.
    async fn part_arrived(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        machine: MachineId,
        now: Millis,
    ) -> PortResult<PartArrived>;
    async fn delivery(&self, order: OrderId, lab: LabId, attempt: u32) -> PortResult<Option<Delivery>>;
    /// Deliveries of a lab that are not finished.
    async fn open_deliveries(
        &self,
        lab: LabId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Delivery>>;
    async fn acknowledge_delivery(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        now: Millis,
    ) -> PortResult<()>;
    async fn finish_delivery(&self, order: OrderId, lab: LabId, attempt: u32, now: Millis) -> PortResult<()>;
    /// Which attempt each lab of the order wants now.
    async fn attempts(&self, order: OrderId) -> PortResult<BTreeMap<LabId, u32>>;
    /// A lab got damaged files: wants `attempt + 1`, re-opens the jobs and rings at their machines.
    /// Idempotent per attempt; returns the attempt wanted now. The damaged delivery counts as finished.
    /// `Invalid` for an attempt that was never delivered.
    async fn ask_again(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        why: &str,
        now: Millis,
    ) -> PortResult<u32>;

    /// Conditional on (order, line, attempt), and on the fence being the lab's current one.
    async fn claim(&self, claim: &PrintClaim, current_fence: u64) -> PortResult<Claimed>;

    /// Moves open jobs and nodes of `from` in these galleries' orders to `to`, and rings there.
    async fn adopt(
        &self,
        studio: StudioId,
        gallery: domain::id::GalleryId,
        from: MachineId,
        to: MachineId,
        now: Millis,
    ) -> PortResult<u64>;

    /// Adds a row outside an order's transaction (pairings).
    async fn ring(&self, event: &OutboxEvent, now: Millis) -> PortResult<()>;
    /// Oldest rows that are not dispatched.
    async fn outbox(&self, limit: u32) -> PortResult<Vec<OutboxRow>>;
    async fn dispatched(&self, id: &str) -> PortResult<()>;
    /// Jobs and deliveries that nobody acknowledged although they are older than `before`: the timer rings
    /// again, because queues are doorbells and may have been emptied.
    async fn unacknowledged(
        &self,
        before: Millis,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<OutboxEvent>>;
}
