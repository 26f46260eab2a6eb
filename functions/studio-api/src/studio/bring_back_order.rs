//! Takes an order back from an agent's journal, after a restore that lost it. It comes back as it was placed:
//! approval, files and prints are told again by the studio and the lab that did them.
//!
//! Only what a restore can have lost is taken: an order placed after the moment it went back to. What is taken
//! is the studio's own business (its machines, its prices, its customer), so its word is good enough.

use std::collections::BTreeSet;

use axum::{Json as Answered, extract::State, http::StatusCode};
use domain::{
    fulfilment::as_placed,
    id::{MachineId, OrderId},
    object_key::RELAY_PREFIX,
    order::{MAX_LINES, MAX_QUANTITY, Order},
};
use http_edge::{Answer, Json, Refusal};
use ports::{
    Ports,
    order_book::{Placed, PlacedWith},
};
use wire::orders::{BringBack, StudioOrder};

use crate::{
    access::MachineCaller,
    problems::{at_most, busy},
    request::Segments,
    views::studio_order,
};

const MAX_NODES: usize = 32;
const MAX_KEY: usize = 200;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<BringBack>,
) -> Answer<Answered<StudioOrder>> {
    if ask.order.id != id || ask.order.studio != caller.studio.id {
        return Err(Refusal::invalid("other_order", "The order is another one, or another studio's."));
    }
    if ports.orders.order(id).await?.is_none() {
        let order = checked(&ports, &caller, &ask.order).await?;
        let with = placed_with(&ports, id, ask.placed_with.as_deref())?;
        // First: a manifest that is there from before would keep the one that is sent now from being seen.
        forget_manifests(&ports, id).await?;
        match ports.orders.place(&order, &with.secret_hash, &with.key, &with.digest).await {
            Ok(Placed::New) => {
                tracing::warn!(order = %id, machine = %caller.machine.id, "an order that a restore lost was brought back");
            }
            Ok(Placed::Repeat(other)) if other == id => {}
            Ok(Placed::Repeat(_) | Placed::KeyReused) => return Err(placed_anew(id)),
            Ok(Placed::CodeUsedUp | Placed::PrepaidUsed) => return Err(code_used_since(id)),
            // Another machine of the studio was quicker.
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
    }
    let order = ports.orders.order(id).await?.filter(|o| o.studio == caller.studio.id);
    let order = order.ok_or_else(|| busy(&format!("Order {}", id.number())))?;
    Ok(Answered(studio_order(&ports, order).await?))
}

async fn checked(ports: &Ports, caller: &MachineCaller, order: &Order) -> Answer<Order> {
    let since = ports.epoch.since.filter(|since| order.placed_at >= *since);
    if since.is_none() || order.placed_at > ports.clock.now() {
        return Err(Refusal::conflict(
            "not_lost",
            format!(
                "Order {} is not at this host, and no restore can have lost one of that day.",
                order.id.number()
            ),
        )
        .hint("Ask the host's operator what became of it, and the customer to order again."));
    }
    at_most("lines", order.lines.len(), MAX_LINES)?;
    let refuse = |why: &str| Err(Refusal::invalid("bad_order", format!("The order cannot be taken: {why}.")));
    let numbers: BTreeSet<u32> = order.lines.iter().map(|l| l.no).collect();
    if order.lines.is_empty() || numbers.len() != order.lines.len() || numbers.contains(&0) {
        return refuse("its lines are not numbered as lines are");
    }
    for line in &order.lines {
        // Items have no picture, but a machine that owes them.
        let somewhere = !line.nodes.is_empty() || !line.homes.is_empty();
        if !(1..=MAX_QUANTITY).contains(&line.quantity) || line.nodes.len() > MAX_NODES || !somewhere {
            return refuse("a line is nobody's, has too many pictures, or an impossible quantity");
        }
    }
    let machines: BTreeSet<MachineId> =
        ports.directory.machines(order.studio).await?.into_iter().map(|m| m.id).collect();
    if !order.homes().is_subset(&machines) {
        return Err(Refusal::conflict(
            "unknown_machine",
            format!("Order {} needs a machine that this host does not know.", order.id.number()),
        )
        .hint("Log that machine in again with a new token; then this one brings the order back by itself."));
    }
    for gallery in order.lines.iter().flat_map(|l| &l.nodes).map(|n| n.gallery).collect::<BTreeSet<_>>() {
        if ports.galleries.gallery(gallery).await?.is_some_and(|g| g.studio != caller.studio.id) {
            return Err(Refusal::not_found("gallery"));
        }
    }
    Ok(as_placed(order))
}

/// What it was placed with, where the agent's journal has it. Else it is placed without a status link.
fn placed_with(ports: &Ports, id: OrderId, kept: Option<&str>) -> Answer<PlacedWith> {
    let refuse =
        |why: String| Refusal::invalid("bad_order", format!("What the order was placed with {why}."));
    if let Some(kept) = kept {
        let with: PlacedWith =
            serde_json::from_str(kept).map_err(|e| refuse(format!("cannot be read: {e}")))?;
        if [&with.secret_hash, &with.key, &with.digest].iter().any(|t| t.is_empty() || t.len() > MAX_KEY) {
            return Err(refuse("is too long".into()));
        }
        return Ok(with);
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| {
        tracing::error!(%error, "the operating system gives no randomness");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The order cannot be taken right now.")
            .hint("Try again in a few seconds.")
    })?;
    let secret = data_encoding::HEXLOWER.encode(&secret);
    let secret_hash = ports.secrets.hash("order status", &secret);
    Ok(PlacedWith { secret_hash, key: format!("brought-back/{id}"), digest: String::from("-") })
}

async fn forget_manifests(ports: &Ports, order: OrderId) -> Answer<()> {
    let prefix = format!("{RELAY_PREFIX}{order}/");
    let mut cursor = None;
    loop {
        let page = ports.blobs.list(&prefix, cursor.as_deref(), 1_000).await?;
        let manifests: Vec<String> =
            page.items.into_iter().map(|o| o.key).filter(|key| key.ends_with("/manifest.json")).collect();
        if !manifests.is_empty() {
            ports.blobs.delete(&manifests).await?;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn placed_anew(id: OrderId) -> Refusal {
    Refusal::conflict(
        "placed_anew",
        format!("The customer has placed order {} again since, under another number.", id.number()),
    )
    .hint(
        "Ask the lab whether the lost one was printed; if it was, cancel the new one: darkslide orders list",
    )
}

fn code_used_since(id: OrderId) -> Refusal {
    Refusal::conflict(
        "code_used_since",
        format!("The discount or prepaid code of order {} was used by another order since.", id.number()),
    )
    .hint("Ask the lab whether it was printed, and settle the difference with the customer.")
}
