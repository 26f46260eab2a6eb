//! Grants the upload of a machine's part of (order, lab, attempt): only of an approved order, only where
//! this machine owes something, and each file under the name of its content.

use std::time::Duration;

use axum::{Json as Answered, extract::State};
use domain::{
    hash::Sha256,
    id::{LabId, OrderId},
    object_key::RelayPart,
    order::{Job, Order},
};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, blobs::PutGrant};
use wire::{
    orders::{AskRelayGrants, RelayFile, RelayFileKind},
    publish::{GRANT_LIFETIME_SECONDS, Grants, MAX_GRANTS, MAX_RELAY_FILE_BYTES},
};

use crate::{
    access::MachineCaller,
    problems::{at_most, must_be_approved},
    request::Segments,
    views::grant,
};

/// 500 lines with their crops take about a quarter of it.
pub const MAX_MANIFEST_BYTES: u64 = 8 * 1024 * 1024;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(order): Segments<OrderId>,
    Json(ask): Json<AskRelayGrants>,
) -> Answer<Answered<Grants>> {
    let order = must_send(&ports, &caller, order, ask.lab, ask.attempt).await?;
    at_most("files", ask.files.len(), MAX_GRANTS)?;
    let manifests = ask.files.iter().filter(|f| f.kind == RelayFileKind::Manifest).count();
    if manifests > 0 && ask.files.len() > 1 {
        return Err(Refusal::invalid("manifest_not_alone", "The manifest is asked for last, alone.")
            .hint("Upload every print file first: the manifest says that they are all there."));
    }
    let part = RelayPart { order: order.id, lab: ask.lab, attempt: ask.attempt, machine: caller.machine.id };
    let mut grants = Vec::with_capacity(ask.files.len());
    for file in &ask.files {
        let (key, content_type) = name(&part, file)?;
        let signed = ports.grants.put(put_grant(&key, content_type, file.length, &file.sha256)).await?;
        grants.push(grant(key, signed));
    }
    Ok(Answered(Grants { grants }))
}

/// The order, if this machine is to send something of it to this lab in this attempt now.
pub async fn must_send(
    ports: &Ports,
    caller: &MachineCaller,
    order: OrderId,
    lab: LabId,
    attempt: u32,
) -> Answer<Order> {
    let (order, job) = caller.job(ports, order).await?;
    must_be_approved(&order)?;
    must_owe(&order, &job, lab, attempt)?;
    let wanted = ports.orders.attempts(order.id).await?.get(&lab).copied().unwrap_or(1);
    if attempt != wanted {
        return Err(Refusal::conflict(
            "other_attempt",
            format!("The lab wants attempt {wanted} now, not {attempt}."),
        )
        .hint("Read the job again and send that attempt."));
    }
    Ok(order)
}

fn must_owe(order: &Order, job: &Job, lab: LabId, attempt: u32) -> Answer<()> {
    if order.homes_of_attempt(lab, attempt).contains(&job.machine) {
        return Ok(());
    }
    Err(Refusal::conflict(
        "no_part",
        format!("This machine has no picture of order {} for that lab.", order.id.number()),
    )
    .hint(format!("See who prints what: darkslide orders show {}", order.id.number())))
}

fn name(part: &RelayPart, file: &RelayFile) -> Answer<(String, &'static str)> {
    let (key, content_type, max) = match file.kind {
        RelayFileKind::Print => (part.file(&file.sha256), "image/jpeg", MAX_RELAY_FILE_BYTES),
        RelayFileKind::Manifest => (part.manifest(), "application/json", MAX_MANIFEST_BYTES),
    };
    if file.length == 0 || file.length > max {
        return Err(Refusal::invalid(
            "bad_length",
            format!("The file {} has {} bytes; 1 to {max} are taken.", file.sha256, file.length),
        )
        .hint("Lower the quality or resolution of print files in the agent's configuration."));
    }
    Ok((key, content_type))
}

fn put_grant<'a>(key: &'a str, content_type: &'a str, length: u64, sha256: &'a Sha256) -> PutGrant<'a> {
    PutGrant { key, length, content_type, sha256, lifetime: Duration::from_secs(GRANT_LIFETIME_SECONDS) }
}
