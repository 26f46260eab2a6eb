//! The order book: every change and the outbox rows it causes are one transaction.

mod adopt;
mod aggregate;
mod claims;
mod deliveries;
mod jobs;
mod lists;
pub(crate) mod outbox;
mod parts;
mod place;
mod reports;
#[cfg(test)]
mod sample;
mod stored;
mod update;

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{
    Millis,
    fulfilment::{LineReport, PrintClaim},
    id::{GalleryId, LabId, MachineId, OrderId, StudioId},
    order::{Delivery, Job, Order},
};
use ports::{
    OrderBook, Page, PortResult,
    order_book::{Claimed, KeptReport, OutboxEvent, OutboxRow, PartArrived, Placed, PlacedWith},
};

use crate::Store;

#[async_trait]
impl OrderBook for Store {
    async fn place(&self, order: &Order, secret_hash: &str, key: &str, digest: &str) -> PortResult<Placed> {
        place::place(self.table(), order, secret_hash, key, digest).await
    }

    async fn order(&self, id: OrderId) -> PortResult<Option<Order>> {
        stored::read(self.table(), id).await
    }

    async fn order_by_secret(&self, secret_hash: &str) -> PortResult<Option<Order>> {
        place::by_secret(self.table(), secret_hash).await
    }

    async fn orders(&self, studio: StudioId, cursor: Option<&str>, limit: u32) -> PortResult<Page<Order>> {
        lists::orders(self.table(), studio, cursor, limit).await
    }

    async fn order_of_key(&self, key: &str) -> PortResult<Option<(OrderId, String)>> {
        place::of_key(self.table(), key).await
    }

    async fn placed_with(&self, order: OrderId) -> PortResult<Option<PlacedWith>> {
        aggregate::placed_with(self.table(), order).await
    }

    async fn update(&self, order: &Order, ring: &[OutboxEvent]) -> PortResult<()> {
        update::update(self.table(), order, ring).await
    }

    async fn open_jobs(&self, machine: MachineId, cursor: Option<&str>, limit: u32) -> PortResult<Page<Job>> {
        lists::open_jobs(self.table(), machine, cursor, limit).await
    }

    async fn jobs(&self, order: OrderId) -> PortResult<Vec<Job>> {
        jobs::of_order(self.table(), order).await
    }

    async fn acknowledge_job(
        &self,
        order: OrderId,
        machine: MachineId,
        now: Millis,
    ) -> PortResult<Option<Job>> {
        jobs::acknowledge(self.table(), order, machine, now).await
    }

    async fn set_waiting(&self, order: OrderId, machine: MachineId, waiting: Option<&str>) -> PortResult<()> {
        jobs::set_waiting(self.table(), order, machine, waiting).await
    }

    async fn report_lines(
        &self,
        order: OrderId,
        reports: &[LineReport],
        now: Millis,
    ) -> PortResult<Option<Order>> {
        reports::report_lines(self.table(), order, reports, now).await
    }

    async fn keep_report(&self, order: OrderId, report: &KeptReport) -> PortResult<bool> {
        reports::keep(self.table(), order, report).await
    }

    async fn reports(&self, order: OrderId) -> PortResult<Vec<KeptReport>> {
        reports::of_order(self.table(), order).await
    }

    async fn part_arrived(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        machine: MachineId,
        now: Millis,
    ) -> PortResult<PartArrived> {
        parts::arrived(self.table(), order, lab, attempt, machine, now).await
    }

    async fn delivery(&self, order: OrderId, lab: LabId, attempt: u32) -> PortResult<Option<Delivery>> {
        deliveries::one(self.table(), order, lab, attempt).await
    }

    async fn open_deliveries(
        &self,
        lab: LabId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Delivery>> {
        lists::open_deliveries(self.table(), lab, cursor, limit).await
    }

    async fn acknowledge_delivery(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        now: Millis,
    ) -> PortResult<()> {
        deliveries::acknowledge(self.table(), order, lab, attempt, now).await
    }

    async fn finish_delivery(&self, order: OrderId, lab: LabId, attempt: u32, now: Millis) -> PortResult<()> {
        deliveries::finish(self.table(), order, lab, attempt, now).await
    }

    async fn attempts(&self, order: OrderId) -> PortResult<BTreeMap<LabId, u32>> {
        deliveries::attempts(self.table(), order).await
    }

    async fn ask_again(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        why: &str,
        now: Millis,
    ) -> PortResult<u32> {
        deliveries::ask_again(self.table(), order, lab, attempt, why, now).await
    }

    async fn claim(&self, claim: &PrintClaim, current_fence: u64) -> PortResult<Claimed> {
        claims::claim(self.table(), claim, current_fence).await
    }

    async fn adopt(
        &self,
        studio: StudioId,
        gallery: GalleryId,
        from: MachineId,
        to: MachineId,
        now: Millis,
    ) -> PortResult<u64> {
        adopt::adopt(self.table(), studio, gallery, from, to, now).await
    }

    async fn ring(&self, event: &OutboxEvent, now: Millis) -> PortResult<()> {
        self.table().commit(&[outbox::write(event, now)?]).await.map(drop)
    }

    async fn outbox(&self, limit: u32) -> PortResult<Vec<OutboxRow>> {
        outbox::due(self.table(), limit).await
    }

    async fn dispatched(&self, id: &str) -> PortResult<()> {
        outbox::dispatched(self.table(), id).await
    }

    async fn unacknowledged(
        &self,
        before: Millis,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<OutboxEvent>> {
        outbox::unacknowledged(self.table(), before, cursor, limit).await
    }
}
