//! From an announced delivery to verified files and a ticket, or to a reason why not.

use std::sync::Arc;

use anyhow::{Context, Result};
use domain::id::OrderId;
use queue_client::HostError;
use wire::{
    lab::{AskAgain, DeliveryFiles},
    manifest::Manifest,
    route,
};

use super::{Receiver, Retries, crash, doorbell};
use crate::{
    journal::deliveries::{DeliveryRow, DeliveryState},
    speaker::count,
    spool::Spool,
    ticket,
    verify::{LabOrder, Refusal, verify},
};

/// After so many damaged attempts of one order, a person has to look.
const MAX_DAMAGED: u32 = 3;
/// Beginning with this failure a temporary one is told.
const TELL_AFTER: u32 = 1;

impl Receiver {
    pub(super) async fn deliver(self: Arc<Self>) -> Result<()> {
        let mut retries = Retries::new();
        loop {
            for delivery in self.journal.open_deliveries()? {
                let key = (delivery.order, delivery.attempt);
                if self.lease.fence().is_none() || self.stopping() || !retries.may_try(&key) {
                    continue;
                }
                match self.advance_delivery(&delivery).await {
                    Ok(()) => {
                        retries.done(&key);
                        self.wake();
                    }
                    Err(error) => {
                        if retries.failed(key) == TELL_AFTER {
                            let text = format!("{error:#}; it is tried again by itself");
                            self.speaker.warn("delayed", Some(&delivery.order.number()), &text);
                        }
                    }
                }
            }
            self.pause().await;
        }
    }

    async fn advance_delivery(&self, delivery: &DeliveryRow) -> Result<()> {
        match delivery.state {
            DeliveryState::Announced => self.receive(delivery).await,
            DeliveryState::Received => {
                self.acknowledge(delivery).await?;
                self.fetch(delivery).await
            }
            DeliveryState::Verified => self.acknowledge(delivery).await,
            DeliveryState::Damaged => self.ask_again(delivery).await,
            DeliveryState::Unpaired | DeliveryState::Refused => Ok(()),
        }
    }

    async fn files(&self, delivery: &DeliveryRow) -> Result<DeliveryFiles, HostError> {
        let path = route::fill(route::LAB_DELIVERY, &[&delivery.order, &delivery.attempt]);
        self.client.get(&path).await
    }

    async fn receive(&self, delivery: &DeliveryRow) -> Result<()> {
        let (order, attempt) = (delivery.order, delivery.attempt);
        let files = match self.files(delivery).await {
            Ok(files) => files,
            Err(error) if matches!(error.status(), Some(404 | 410)) => {
                let why = format!("the host no longer has it: {error}");
                return self.journal.set_delivery(order, attempt, DeliveryState::Refused, &why);
            }
            Err(error) => return Err(error.into()),
        };
        let number = order.number();
        let asked = files.delivery.order == order && files.delivery.attempt == attempt;
        let pinned = self.journal.pinned_key(files.delivery.studio)?;
        let checked = if asked {
            verify(&files, self.lab, pinned.as_ref())
        } else {
            Err(Refusal::Untrusted("the host answered with another delivery than was asked for".into()))
        };
        match checked {
            Ok(job) => {
                self.journal.receive(&job)?;
                let text = format!("{} from {}", count(job.lines.len(), "line"), job.studio_name);
                self.speaker.say("received", Some(&number), &text);
                Ok(())
            }
            Err(refusal @ Refusal::NotPaired(_)) => {
                let text = format!("{refusal}; pair with it: `darkslide-lab pair`");
                self.speaker.warn("unpaired", Some(&number), &text);
                self.journal.set_delivery(order, attempt, DeliveryState::Unpaired, &refusal.to_string())
            }
            Err(Refusal::Untrusted(why)) => {
                self.speaker.warn("refused", Some(&number), &format!("not printed: {why}"));
                self.journal.refuse(order, attempt, &claimed_lines(&files), &why)
            }
            Err(Refusal::Damaged(why)) => self.damaged(order, attempt, &claimed_lines(&files), &why),
        }
    }

    fn damaged(&self, order: OrderId, attempt: u32, lines: &[u32], why: &str) -> Result<()> {
        let number = order.number();
        if self.journal.damaged_before(order)? + 1 >= MAX_DAMAGED {
            self.speaker.warn("refused", Some(&number), &format!("damaged {MAX_DAMAGED} times: {why}"));
            return self.journal.refuse(
                order,
                attempt,
                lines,
                &format!("damaged {MAX_DAMAGED} times: {why}"),
            );
        }
        self.speaker.warn("damaged", Some(&number), &format!("not printed, asked for again: {why}"));
        self.journal.set_delivery(order, attempt, DeliveryState::Damaged, why)
    }

    async fn acknowledge(&self, delivery: &DeliveryRow) -> Result<()> {
        if delivery.acknowledged {
            return Ok(());
        }
        let path = route::fill(route::LAB_DELIVERY_ACK, &[&delivery.order, &delivery.attempt]);
        self.client.post_unit(&path, &serde_json::json!({})).await?;
        self.journal.acknowledged(delivery.order, delivery.attempt)
    }

    async fn ask_again(&self, delivery: &DeliveryRow) -> Result<()> {
        let path = route::fill(route::LAB_DELIVERY_AGAIN, &[&delivery.order, &delivery.attempt]);
        let why = delivery.why.clone().unwrap_or_else(|| "it was damaged".to_owned());
        match self.client.post_unit(&path, &AskAgain { why }).await {
            Ok(()) => {}
            Err(error) if error.is_retryable() || matches!(error.status(), None | Some(401 | 403)) => {
                return Err(error.into());
            }
            // A later attempt is on its way already, or the order is gone.
            Err(error) => self.journal.note(
                Some(&delivery.order.to_string()),
                None,
                &format!("the host does not send it again: {}", doorbell::line(&error)),
            )?,
        }
        self.journal.asked_again(delivery.order, delivery.attempt)
    }

    async fn fetch(&self, delivery: &DeliveryRow) -> Result<()> {
        let job = delivery.job.as_ref().context("the journal has lost the job of a received delivery")?;
        let spool = Spool::of(&self.home, job.order, job.attempt);
        let mut missing = Vec::new();
        for (line, file) in job.lines.iter().flat_map(|l| l.files.iter().map(move |f| (l.line, f))) {
            if !spool.holds(file) {
                missing.push((line, file));
            }
        }
        if !missing.is_empty() {
            // Addresses end; the signed hashes in the journal do not.
            let files = self.files(delivery).await?;
            let urls: std::collections::BTreeMap<&str, &str> =
                files.parts.iter().flat_map(|p| &p.urls).map(|(k, v)| (k.as_str(), v.as_str())).collect();
            for (line, file) in missing {
                let numbers: Vec<u32> = job.lines.iter().map(|l| l.line).collect();
                let bad = |why: &str| {
                    self.damaged(
                        job.order,
                        job.attempt,
                        &numbers,
                        &format!("line {line}, {}: {why}", file.file_name),
                    )
                };
                let Some(url) = urls.get(file.sha256.hex().as_str()) else {
                    return bad("the host does not have it");
                };
                let bytes = match self.client.download(url, file.length).await {
                    Ok(bytes) => bytes,
                    Err(HostError::TooLarge { .. }) => return bad("it is longer than was signed"),
                    Err(error) if matches!(error.status(), Some(404 | 410)) => {
                        return bad("the host does not have it");
                    }
                    Err(error) => return Err(error.into()),
                };
                if let Err(why) = spool.put(&bytes, file)? {
                    return bad(&why);
                }
            }
        }
        self.write_ticket(job.clone(), spool).await?;
        crash::point("before-verified");
        self.journal.verified(job)?;
        let prints = ticket::order_json::sheets(job);
        self.speaker.say(
            "verified",
            Some(&job.number),
            &format!("{}, ticket written", count(prints, "print")),
        );
        Ok(())
    }

    async fn write_ticket(&self, job: LabOrder, spool: Spool) -> Result<()> {
        let dir = self.home.resolve(&self.config.tickets);
        let (config, lab) = (self.config.clone(), self.lab_name.clone());
        // Decoding and drawing take a while, and must not hold up the other loops.
        tokio::task::spawn_blocking(move || ticket::folder::write(&dir, &job, &spool, &config, &lab))
            .await??;
        Ok(())
    }
}

/// Which lines an unverified manifest speaks of: only used to tell the studio that they are not printed.
fn claimed_lines(files: &DeliveryFiles) -> Vec<u32> {
    let manifests = files.parts.iter().filter_map(|p| p.manifest.manifest.peek::<Manifest>().ok());
    let mut lines: Vec<u32> = manifests.flat_map(|m| m.lines).map(|l| l.line).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.truncate(domain::order::MAX_LINES);
    lines
}
