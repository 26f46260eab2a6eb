//! Taking over orders from the host: check, journal durably, and only then acknowledge.

use std::collections::BTreeMap;

use domain::{
    digital::is_owed,
    id::{LabId, OrderId},
    order::{Order, OrderState},
};
use wire::{
    orders::{JobInfo, JobProgress, StudioOrder},
    route,
};

use super::{
    check::{check, own_nodes},
    desk::Desk,
    journal::{
        digitals::{self, DigitalKey},
        jobs::{self, Recorded},
        parts::{self, PartKey, PartState},
    },
};
use crate::{
    AgentError, clock,
    host::{HostWhat, problem},
};

impl Desk {
    /// The listing is the truth behind the doorbell: whatever a lost message would have said is in it.
    pub async fn fetch_all(&self) -> Result<usize, AgentError> {
        let listed: Vec<JobInfo> =
            self.host.get_all(route::STUDIO_JOBS).await.host("the open orders could not be listed")?;
        for job in &listed {
            if self.stop.asked() {
                break;
            }
            self.fetch(job.order).await?;
        }
        // Journaled before a crash, and done at the host meanwhile or hidden by it: acknowledged all the same.
        for order in self.catalog.read(jobs::unacknowledged)? {
            self.fetch(order).await?;
        }
        Ok(listed.len())
    }

    /// `false`: the host knows no such order for this studio.
    pub async fn fetch(&self, order: OrderId) -> Result<bool, AgentError> {
        let path = route::fill(route::STUDIO_ORDER, &[&order]);
        let document: StudioOrder = match self.host.get(&path).await {
            Ok(document) => document,
            Err(e) if matches!(e.status(), Some(404 | 410)) && e.code().is_some() => {
                tracing::warn!("the host knows no order {order} any more");
                let now = clock::now().0;
                self.catalog.read(|db| jobs::acknowledged(db, order, now))?;
                return Ok(false);
            }
            Err(e) => return Err(problem(e, format!("order {} could not be read", order.number()))),
        };
        self.take_over(order, &document).await?;
        Ok(true)
    }

    pub(crate) async fn take_over(&self, asked: OrderId, document: &StudioOrder) -> Result<(), AgentError> {
        let (decided, undecided) = self.decide_again(document).await?;
        let document = decided.as_ref().unwrap_or(document);
        let order = &document.order;
        let checked = check(order, asked, &self.account);
        if order.id != asked || !order.lines.iter().any(|line| line.is_work_of(self.account.machine)) {
            // Nothing of it is ours; another machine takes it.
            return Ok(());
        }
        let now = clock::now().0;
        let recorded = jobs::record(&mut self.catalog.lock(), document, &self.account.studio_key, now)?;
        let trouble = match (recorded, checked) {
            (Recorded::Changed { since }, _) => Some(changed(since)),
            (_, Err(why)) => Some(format!("the order contradicts itself: {why}; nothing of it is sent")),
            (_, Ok(())) => undecided,
        };
        self.catalog.read(|db| jobs::set_problem(db, order.id, trouble.as_deref()))?;

        let ack = route::fill(route::STUDIO_JOB_ACK, &[&order.id]);
        let known = self.catalog.read(|db| jobs::get(db, order.id))?;
        let told = document.jobs.iter().any(|j| j.machine == self.account.machine && j.acknowledged);
        if !told || known.is_none_or(|job| job.acked_at.is_none()) {
            if !told {
                self.host
                    .post_unit(&ack, &serde_json::json!({}))
                    .await
                    .host(format!("order {} could not be acknowledged", order.id.number()))?;
            }
            self.catalog.read(|db| jobs::acknowledged(db, order.id, now))?;
        }
        match trouble {
            Some(why) => self.hold(order, &why).await,
            None => self.want_parts(document),
        }
    }

    /// Which parts this machine owes, from what the order says now.
    fn want_parts(&self, document: &StudioOrder) -> Result<(), AgentError> {
        let order = &document.order;
        if order.state != OrderState::Approved {
            return Ok(());
        }
        self.want_files(order)?;
        let job = document.jobs.iter().find(|j| j.machine == self.account.machine);
        let done_at_host = job.is_some_and(|j| j.done);
        let none = BTreeMap::new();
        let attempts = job.map_or(&none, |j| &j.attempts);
        for lab in own_labs(order, self) {
            let attempt = attempts.get(&lab).copied().unwrap_or(1).max(1);
            if !order.homes_of_attempt(lab, attempt).contains(&self.account.machine) {
                // Lines are made again, and none of them is of a picture of this computer.
                continue;
            }
            let key = PartKey { order: order.id, lab, attempt };
            let mut db = self.catalog.lock();
            parts::want(&mut db, key)?;
            if done_at_host {
                // A journal restored from a backup would send again what the host has.
                parts::set_state(&db, key, PartState::Done)?;
            }
        }
        Ok(())
    }

    /// Which lines of files this machine owes. The host knows what was brought, whatever this journal says.
    fn want_files(&self, order: &Order) -> Result<(), AgentError> {
        if !self.config.orders.send_files {
            return Ok(());
        }
        let owed = order.lines.iter().filter(|line| is_owed(order, line, self.account.machine));
        self.catalog.read(|db| {
            owed.map(|line| DigitalKey { order: order.id, line: line.no, attempt: line.status.attempt })
                .try_for_each(|key| digitals::want(db, key))
        })
    }

    /// Holds this machine's lines at the host, so that everybody sees why nothing moves.
    async fn hold(&self, order: &Order, why: &str) -> Result<(), AgentError> {
        let holds: BTreeMap<u32, String> =
            own_nodes(order, self.account.machine).map(|(line, ..)| (line.no, why.to_owned())).collect();
        if self.catalog.read(|db| jobs::get(db, order.id))?.is_some_and(|j| j.waiting.as_deref() == Some(why))
        {
            return Ok(());
        }
        let progress = JobProgress { waiting: Some(why.to_owned()), holds, ..JobProgress::default() };
        self.progress(order.id, &progress).await?;
        self.catalog.read(|db| jobs::set_waiting(db, order.id, Some(why)))?;
        Ok(())
    }

    pub(crate) async fn progress(&self, order: OrderId, progress: &JobProgress) -> Result<(), AgentError> {
        let path = route::fill(route::STUDIO_JOB_PROGRESS, &[&order]);
        let told = self.host.post_unit(&path, progress).await;
        told.host(format!("the progress of order {} could not be told", order.number()))
    }
}

fn own_labs(order: &Order, desk: &Desk) -> std::collections::BTreeSet<LabId> {
    own_nodes(order, desk.account.machine)
        .filter_map(|(line, ..)| order.routes.get(&line.no))
        .copied()
        .collect()
}

fn changed(since: i64) -> String {
    let day = jiff::Timestamp::from_millisecond(since)
        .map(|t| t.strftime("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_else(|_| "earlier".into());
    format!(
        "the host now shows another order under this number than on {day}; nothing of it is sent. Compare with the customer, then ask the host's operator"
    )
}
