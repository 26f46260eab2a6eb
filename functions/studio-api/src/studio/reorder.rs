//! Sells an order again, for its customer: the same pictures, the products and prices of today, paid to the studio.
//!
//! Asked without a total it only says what that costs; with the total that was shown, the order is placed, once per
//! key. It is an order like any other: mailed to the customer, approved, printed.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json as Answered, extract::State};
use domain::{
    access::Scope,
    hash::Sha256,
    id::{GalleryId, OrderId, PhotoId},
    money::Money,
    order::{LineKind, Order, OrderLine, OrderState, PaymentMethod},
    photo::Photo,
    place::check_destination,
    price_list::PriceList,
    pricing::{self, PricingError, Quote, Terms},
    reorder::{self, ReorderError, Sold},
    sale,
};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, order_book::Placed};
use wire::orders::{Reorder, Reordered, ReorderedLine};

use crate::{
    access::MachineCaller,
    decide::person,
    problems::{at_most, misconfigured},
    request::Segments,
    views::studio_order,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<Reorder>,
) -> Answer<Answered<Reordered>> {
    at_most("lines", ask.quantities.len(), domain::order::MAX_LINES)?;
    if !(16..=100).contains(&ask.key.len()) || !ask.key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::invalid("no_idempotency_key", "The key must be 16 to 100 random characters."));
    }
    let before = caller.order(&ports, id).await?;
    let to = ask.destination.clone().unwrap_or_else(|| before.destination.clone());
    check_destination(&to).map_err(|e| Refusal::invalid("bad_contact", format!("{e}.")))?;
    let sold = reorder::chosen(&before, &ask.quantities).map_err(|e| refuse(id, &e))?;
    // Scoped to the studio and the order, so that no other request can be meant by it.
    let key = format!("reorder/{}/{id}/{}", caller.studio.id, ask.key);
    let digest = serde_json::to_vec(&(id, &ask.quantities, &ask.destination));
    let digest = Sha256::of(&digest.map_err(|e| misconfigured("a request cannot be written", e))?).hex();
    // Whatever became of products and prices since: the order is there.
    if ask.total_shown.is_some()
        && let Some((order, known)) = ports.orders.order_of_key(&key).await?
    {
        if known != digest {
            return Err(key_reused());
        }
        let placed = caller.order(&ports, order).await?;
        return Ok(Answered(placed_before(&ports, &sold, placed).await?));
    }
    let photos = photos_of(&ports, &sold).await?;
    let list = prices_of_today(&ports, &before).await?;
    let groups: BTreeMap<PhotoId, String> =
        photos.iter().filter_map(|p| Some((p.id, p.price_group.clone()?))).collect();
    let requests: Vec<_> = sold.iter().map(|s| reorder::request(s, &groups)).collect();
    let bought = sold.iter().map(|s| reorder::bought(s, &list)).collect::<Result<Vec<_>, _>>();
    let bought = bought.map_err(|e| refuse(id, &e))?;
    let now = ports.clock.now();
    let terms = Terms { to: Some(&to), code: None, now };
    let quote = pricing::quote(&list, &requests, terms).map_err(|e| refuse_pricing(&e))?;
    let mut answer = reordered(&sold, &quote);

    let Some(shown) = ask.total_shown else { return Ok(Answered(answer)) };
    if quote.total != shown {
        return Err(Refusal::conflict(
            "price_changed",
            format!("The total is {}, not {shown}.", quote.total),
        )
        .hint("Look at the new total and order again if you agree."));
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|e| misconfigured("no randomness", e))?;
    let mut lines = sale::lines(bought, &quote.lines, now);
    give_homes(&mut lines, &sold, &photos);
    let order = Order {
        id: OrderId::from_bytes(random),
        studio: before.studio,
        visitor: before.visitor,
        placed_at: now,
        customer: before.customer.clone(),
        note: before.note.clone(),
        language: before.language.clone(),
        price_list: (list.id, list.version),
        batch_until: list.shipping.collected_until(&to).filter(|_| lines.iter().any(is_carried)),
        destination: to,
        lines,
        subtotal: quote.subtotal,
        shipping: quote.shipping,
        charges: quote.charges,
        total: quote.total,
        payment: PaymentMethod::PayStudio,
        settlement: Default::default(),
        paid_at: None,
        state: OrderState::Placed,
        state_at: now,
        routes: Default::default(),
        handling: domain::handling::Handling { reorder_of: Some(id), ..Default::default() },
        revision: 1,
    };
    let secret_hash = ports.secrets.order_status_hash(&ports.secrets.order_status_secret(order.id));
    let placed = match ports.orders.place(&order, &secret_hash, &key, &digest).await? {
        Placed::New => order,
        Placed::Repeat(first) => {
            let placed = caller.order(&ports, first).await?;
            return Ok(Answered(placed_before(&ports, &sold, placed).await?));
        }
        Placed::KeyReused => return Err(key_reused()),
        none @ (Placed::CodeUsedUp | Placed::PrepaidUsed) => {
            return Err(misconfigured("an order without codes", format!("{none:?}")));
        }
    };
    let by = person(&caller, ask.by.as_deref());
    tracing::info!(order = %placed.id, before = %id, machine = %caller.machine.id, by, "an order was sold again");
    answer.placed = Some(studio_order(&ports, placed).await?);
    Ok(Answered(answer))
}

fn reordered(sold: &[Sold<'_>], quote: &Quote) -> Reordered {
    let line = |(sold, priced): (&Sold<'_>, &pricing::PricedLine)| ReorderedLine {
        line: sold.no(),
        name: sold.name.to_owned(),
        quantity: sold.quantity,
        total: priced.total,
    };
    Reordered {
        lines: sold.iter().zip(&quote.lines).map(line).collect(),
        subtotal: quote.subtotal,
        shipping: quote.shipping,
        charges: quote.charges.clone(),
        total: quote.total,
        placed: None,
    }
}

/// The answer to a request that was answered before: what the order has, not what it would cost now.
async fn placed_before(ports: &Ports, sold: &[Sold<'_>], order: Order) -> Answer<Reordered> {
    let mut totals = order.lines.iter().map(|line| line.total.minor);
    let mut line = |sold: &Sold<'_>| ReorderedLine {
        line: sold.no(),
        name: sold.name.to_owned(),
        quantity: sold.quantity,
        total: Money::new(totals.by_ref().take(sold.lines.len()).sum(), order.total.currency),
    };
    Ok(Reordered {
        lines: sold.iter().map(&mut line).collect(),
        subtotal: order.subtotal,
        shipping: order.shipping,
        charges: order.charges.clone(),
        total: order.total,
        placed: Some(studio_order(ports, order).await?),
    })
}

/// The pictures as the host knows them now. Those that are no longer published have the price of no group; their
/// originals are at the studio all the same.
async fn photos_of(ports: &Ports, sold: &[Sold<'_>]) -> Answer<Vec<Photo>> {
    let mut wanted: BTreeMap<GalleryId, BTreeSet<PhotoId>> = BTreeMap::new();
    for node in sold.iter().flat_map(|s| &s.lines).flat_map(|l| &l.nodes) {
        wanted.entry(node.gallery).or_default().insert(node.photo);
    }
    let mut photos = Vec::new();
    for (gallery, ids) in wanted {
        let ids: Vec<PhotoId> = ids.into_iter().collect();
        photos.extend(ports.photos.photos(gallery, &Scope::All, &ids).await?);
    }
    Ok(photos)
}

/// The price list the order's gallery has now; where it sells nothing any more, the order's own.
async fn prices_of_today(ports: &Ports, order: &Order) -> Answer<PriceList> {
    let gallery = match order.lines.iter().find_map(gallery_of) {
        Some(id) => ports.galleries.gallery(id).await?,
        None => None,
    };
    let (list, version) = gallery.and_then(|g| g.price_list).unwrap_or(order.price_list);
    ports.prices.get(order.studio, list, version).await?.ok_or_else(|| Refusal::not_found("price list"))
}

fn gallery_of(line: &OrderLine) -> Option<GalleryId> {
    let whole = match &line.kind {
        LineKind::Digital { whole, .. } => whole.as_ref().map(|w| w.gallery),
        _ => None,
    };
    line.nodes.first().map(|n| n.gallery).or(whole)
}

/// Files alone wait for nobody.
fn is_carried(line: &OrderLine) -> bool {
    !matches!(line.kind, LineKind::Digital { .. })
}

/// Originals may have moved to another machine since; what has no picture is the work of whose it was.
fn give_homes(lines: &mut [OrderLine], sold: &[Sold<'_>], photos: &[Photo]) {
    for (line, before) in lines.iter_mut().zip(sold.iter().flat_map(|s| &s.lines)) {
        line.homes = before.homes.clone();
        for node in &mut line.nodes {
            if let Some(photo) = photos.iter().find(|p| p.id == node.photo) {
                node.home = photo.home;
            }
        }
    }
}

fn key_reused() -> Refusal {
    Refusal::conflict("key_reused", "This key was used for another order.")
        .hint("Make a new key for a new order.")
}

fn refuse(order: OrderId, error: &ReorderError) -> Refusal {
    let words = format!("{}.", domain::text::one_line(&error.to_string(), 300));
    match error {
        ReorderError::Nothing | ReorderError::NoLine(_) => Refusal::invalid("bad_reorder", words).hint(
            format!("The order's lines have numbers: darkslide orders show {} lists them.", order.number()),
        ),
        _ => Refusal::conflict("product_changed", words)
            .hint("Leave that line out, or let the customer order it from the gallery."),
    }
}

fn refuse_pricing(error: &PricingError) -> Refusal {
    Refusal::conflict("not_sold", format!("{}.", domain::text::one_line(&error.to_string(), 300)))
        .hint("Change what is ordered again or where it goes, or the price list of the gallery.")
}
