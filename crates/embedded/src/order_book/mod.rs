//! The order book: every change and the outbox rows it causes are one transaction.

mod adopt;
mod claims;
mod deliveries;
mod jobs;
mod orders;
mod outbox;
mod parts;
mod reports;

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
use rusqlite::Transaction;

use crate::{Store, cursor, fault::Step};

impl Store {
    /// A write that may have rung: the dispatcher looks at once.
    async fn write_and_ring<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Transaction<'_>) -> Step<T> + Send + 'static,
    ) -> PortResult<T> {
        let done = self.0.database.write(step).await?;
        self.0.outbox_rings.notify_one();
        Ok(done)
    }
}

#[async_trait]
impl OrderBook for Store {
    async fn place(&self, order: &Order, secret_hash: &str, key: &str, digest: &str) -> PortResult<Placed> {
        let order = order.clone();
        let [secret_hash, key, digest] = [secret_hash, key, digest].map(str::to_owned);
        self.write_and_ring(move |db| orders::place(db, &order, &secret_hash, &key, &digest)).await
    }

    async fn order(&self, id: OrderId) -> PortResult<Option<Order>> {
        self.0.database.read(move |db| orders::read(db, id)).await
    }

    async fn order_by_secret(&self, secret_hash: &str) -> PortResult<Option<Order>> {
        let secret_hash = secret_hash.to_owned();
        self.0.database.read(move |db| orders::by_secret(db, &secret_hash)).await
    }

    async fn orders(&self, studio: StudioId, cursor: Option<&str>, limit: u32) -> PortResult<Page<Order>> {
        let before = orders::Position::parse(cursor)?;
        let found = self.0.database.read(move |db| orders::of_studio(db, studio, &before, limit)).await?;
        Ok(cursor::page(found, limit, |o| orders::Position::of(o).to_string()))
    }

    async fn order_of_key(&self, key: &str) -> PortResult<Option<(OrderId, String)>> {
        let key = key.to_owned();
        self.0.database.read(move |db| orders::of_key(db, &key)).await
    }

    async fn placed_with(&self, order: OrderId) -> PortResult<Option<PlacedWith>> {
        self.0.database.read(move |db| orders::placed_with(db, order)).await
    }

    async fn update(&self, order: &Order, ring: &[OutboxEvent]) -> PortResult<()> {
        let (order, ring) = (order.clone(), ring.to_vec());
        self.write_and_ring(move |db| orders::update(db, &order, &ring)).await
    }

    async fn open_jobs(&self, machine: MachineId, cursor: Option<&str>, limit: u32) -> PortResult<Page<Job>> {
        let after = cursor::number(cursor)?;
        let found = self.0.database.read(move |db| jobs::open(db, machine, after, limit)).await?;
        let page = cursor::page(found, limit, |(n, _)| n.to_string());
        Ok(Page { items: page.items.into_iter().map(|(_, job)| job).collect(), next: page.next })
    }

    async fn jobs(&self, order: OrderId) -> PortResult<Vec<Job>> {
        self.0.database.read(move |db| jobs::of_order(db, order)).await
    }

    async fn acknowledge_job(
        &self,
        order: OrderId,
        machine: MachineId,
        now: Millis,
    ) -> PortResult<Option<Job>> {
        self.0.database.write(move |db| jobs::acknowledge(db, order, machine, now)).await
    }

    async fn set_waiting(&self, order: OrderId, machine: MachineId, waiting: Option<&str>) -> PortResult<()> {
        let waiting = waiting.map(str::to_owned);
        self.0.database.write(move |db| jobs::set_waiting(db, order, machine, waiting.as_deref())).await
    }

    async fn report_lines(
        &self,
        order: OrderId,
        reports: &[LineReport],
        now: Millis,
    ) -> PortResult<Option<Order>> {
        let reports = reports.to_vec();
        self.0.database.write(move |db| reports::apply(db, order, &reports, now)).await
    }

    async fn keep_report(&self, order: OrderId, report: &KeptReport) -> PortResult<bool> {
        let report = report.clone();
        self.0.database.write(move |db| reports::keep(db, order, &report)).await
    }

    async fn reports(&self, order: OrderId) -> PortResult<Vec<KeptReport>> {
        self.0.database.read(move |db| reports::of_order(db, order)).await
    }

    async fn part_arrived(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        machine: MachineId,
        now: Millis,
    ) -> PortResult<PartArrived> {
        self.write_and_ring(move |db| parts::arrived(db, order, lab, attempt, machine, now)).await
    }

    async fn delivery(&self, order: OrderId, lab: LabId, attempt: u32) -> PortResult<Option<Delivery>> {
        self.0.database.read(move |db| deliveries::read(db, order, lab, attempt)).await
    }

    async fn open_deliveries(
        &self,
        lab: LabId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Delivery>> {
        let after = cursor::number(cursor)?;
        let found = self.0.database.read(move |db| deliveries::open(db, lab, after, limit)).await?;
        let page = cursor::page(found, limit, |(n, _)| n.to_string());
        Ok(Page { items: page.items.into_iter().map(|(_, d)| d).collect(), next: page.next })
    }

    async fn acknowledge_delivery(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        now: Millis,
    ) -> PortResult<()> {
        self.0.database.write(move |db| deliveries::acknowledge(db, order, lab, attempt, now)).await
    }

    async fn finish_delivery(&self, order: OrderId, lab: LabId, attempt: u32, now: Millis) -> PortResult<()> {
        self.0.database.write(move |db| deliveries::finish(db, order, lab, attempt, now)).await
    }

    async fn attempts(&self, order: OrderId) -> PortResult<BTreeMap<LabId, u32>> {
        self.0.database.read(move |db| deliveries::attempts(db, order)).await
    }

    async fn ask_again(
        &self,
        order: OrderId,
        lab: LabId,
        attempt: u32,
        why: &str,
        now: Millis,
    ) -> PortResult<u32> {
        let why = why.to_owned();
        self.write_and_ring(move |db| deliveries::ask_again(db, order, lab, attempt, &why, now)).await
    }

    async fn claim(&self, claim: &PrintClaim, current_fence: u64) -> PortResult<Claimed> {
        let claim = claim.clone();
        self.0.database.write(move |db| claims::claim(db, &claim, current_fence)).await
    }

    async fn adopt(
        &self,
        studio: StudioId,
        gallery: GalleryId,
        from: MachineId,
        to: MachineId,
        now: Millis,
    ) -> PortResult<u64> {
        self.write_and_ring(move |db| adopt::adopt(db, studio, gallery, from, to, now)).await
    }

    async fn ring(&self, event: &OutboxEvent, now: Millis) -> PortResult<()> {
        let event = event.clone();
        self.write_and_ring(move |db| outbox::ring(db, &event, now)).await
    }

    async fn outbox(&self, limit: u32) -> PortResult<Vec<OutboxRow>> {
        let now = self.0.clock.now();
        self.0.database.read(move |db| outbox::due(db, now, limit)).await
    }

    async fn dispatched(&self, id: &str) -> PortResult<()> {
        let id = id.to_owned();
        self.0.database.write(move |db| outbox::dispatched(db, &id)).await
    }

    async fn unacknowledged(
        &self,
        before: Millis,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<OutboxEvent>> {
        let after = outbox::Position::parse(cursor)?;
        let found = self.0.database.read(move |db| outbox::unacknowledged(db, before, after, limit)).await?;
        let page = cursor::page(found, limit, |(at, _)| at.to_string());
        Ok(Page { items: page.items.into_iter().map(|(_, event)| event).collect(), next: page.next })
    }
}
