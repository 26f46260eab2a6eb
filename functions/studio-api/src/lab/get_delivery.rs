//! Hands out a delivery: its manifests as the machines signed them, and addresses to download from.

use std::{collections::BTreeMap, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Millis,
    id::{MachineId, OrderId},
    object_key::RelayPart,
    order::Delivery,
};
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::{
    lab::{DeliveryFiles, DeliveryPart},
    manifest::{Manifest, ManifestEnvelope},
};

use crate::{access::LabCaller, request::Segments, views::delivery_info};

const LIFETIME: Duration = Duration::from_secs(60 * 60);

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Segments((order, attempt)): Segments<(OrderId, u32)>,
) -> Answer<Json<DeliveryFiles>> {
    let delivery = caller.delivery(&ports, order, attempt).await?;
    if delivery.finished_at.is_some() {
        return Err(over(&ports, &delivery).await?);
    }
    let mut expires_at = ports.clock.now().plus(LIFETIME.as_secs() as i64 * 1000);
    let mut parts = Vec::with_capacity(delivery.parts.len());
    for machine in &delivery.parts {
        let (part, ends_at) = part(&ports, &delivery, *machine).await?;
        expires_at = expires_at.min(ends_at);
        parts.push(part);
    }
    Ok(Json(DeliveryFiles { delivery: delivery_info(&delivery), parts, expires_at: expires_at.0 }))
}

async fn part(ports: &Ports, delivery: &Delivery, machine: MachineId) -> Answer<(DeliveryPart, Millis)> {
    let place = RelayPart { order: delivery.order, lab: delivery.lab, attempt: delivery.attempt, machine };
    let Some(stored) = ports.blobs.get(&place.manifest()).await? else {
        return Err(Refusal::new(
            StatusCode::GONE,
            "files_gone",
            "The files of this delivery are no longer at the host; they are kept for 30 days.",
        )
        .hint("Ask the studio to send them again: darkslide-lab hold list shows how."));
    };
    let unreadable = |error: &dyn std::fmt::Display| {
        tracing::error!(key = %place.manifest(), %error, "a manifest that was checked is unreadable");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "unreadable_manifest", "A manifest cannot be read.")
            .hint("Ask for the delivery again.")
    };
    let manifest: ManifestEnvelope = serde_json::from_slice(&stored).map_err(|e| unreadable(&e))?;
    let content: Manifest = manifest.manifest.peek().map_err(|e| unreadable(&e))?;
    let mut urls = BTreeMap::new();
    let mut ends_at = Millis(i64::MAX);
    for file in content.lines.iter().flat_map(|l| &l.files) {
        let name = file.sha256.hex();
        if urls.contains_key(&name) {
            continue;
        }
        let signed = ports.grants.get(&place.file(&file.sha256), LIFETIME).await?;
        ends_at = ends_at.min(signed.expires_at);
        urls.insert(name, signed.url);
    }
    Ok((DeliveryPart { machine, manifest, urls }, ends_at))
}

/// Why there is nothing to download any more.
async fn over(ports: &Ports, delivery: &Delivery) -> Answer<Refusal> {
    let wanted = ports.orders.attempts(delivery.order).await?.get(&delivery.lab).copied().unwrap_or(1);
    if wanted > delivery.attempt {
        let message =
            format!("Attempt {} was given up; the studio sends attempt {wanted}.", delivery.attempt);
        return Ok(Refusal::new(StatusCode::GONE, "delivery_replaced", message)
            .hint("Nothing is to be done: the new attempt rings when it is complete."));
    }
    let message = "This delivery was reported as printed, and its files were removed.";
    Ok(Refusal::new(StatusCode::GONE, "delivery_finished", message)
        .hint("Remake from the files the receiver kept, or ask the studio to send them again."))
}
