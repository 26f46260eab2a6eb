//! POST /api/order/{gallery}/place: an order, exactly once per idempotency key, however often it is sent.
//!
//! The status link's secret is computed from the order's id, so a browser that lost the answer and asks again
//! gets the same link. The host stores only its hash.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use domain::{
    discount::DiscountError,
    hash::Sha256,
    id::{OrderId, VisitorId},
    mail::Language,
    order::{LineKind, Order, OrderState, PaymentMethod, Settlement},
    payment::PrepaidError,
    place::{Address, Customer, Destination, PersonError, check_customer, check_destination},
    pricing::PricingError,
    text::{one_line, paragraph},
};
use http_edge::{Answer, Json, Refusal, VisitorSession};
use ports::{Ports, order_book::Placed};
use wire::{
    checkout::{OrderPlaced, PlaceOrder},
    problem::Problem,
    route,
    route::IDEMPOTENCY_KEY,
};

use crate::{
    lines::order_lines,
    pay, prepaid,
    prepare::{Codes, Prepared, prepare, refuse_pricing},
};

#[utoipa::path(
    post,
    path = route::ORDER_PLACE,
    operation_id = "place_order",
    tag = "order",
    params(("gallery" = String, Path), ("idempotency-key" = String, Header, description = "16 to 100 random characters, the same for each repeat of the same order")),
    request_body = PlaceOrder,
    responses((status = 201, body = OrderPlaced), (status = "default", body = Problem)),
)]
pub async fn place(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    headers: HeaderMap,
    Json(request): Json<PlaceOrder>,
) -> Answer<(StatusCode, axum::Json<OrderPlaced>)> {
    let visitor = session.0.visitor;
    let key = idempotency_key(&headers, visitor)?;
    let digest = digest(&gallery, &request)?;
    // A repeat is answered before anything else is looked at: prices or photos may have moved on since.
    if let Some((order, before)) = ports.orders.order_of_key(&key).await? {
        return if before == digest { repeat(&ports, order).await } else { Err(reused()) };
    }

    let (customer, destination) = check_people(&request)?;
    let code = (request.code.as_deref(), Codes::Strict);
    let prepared = prepare(&ports, &session, &gallery, &request.lines, Some(&destination), code).await?;
    if prepared.quote.total != request.total_shown {
        return Err(Refusal::conflict(
            "price_changed",
            format!("The total is {}, not {}.", prepared.quote.total, request.total_shown),
        )
        .hint("Look at the new total and order again if you agree."));
    }
    let note = request.note.as_deref().map(|n| paragraph(n, 1_000)).filter(|n| !n.is_empty());
    let (payment, settlement) = payment(&ports, &prepared, &request).await?;
    let paid = payment == PaymentMethod::Prepaid;
    let lines = order_lines(&ports, &prepared).await?;
    // Files alone wait for nobody.
    let carried = lines.iter().any(|l| !matches!(l.kind, LineKind::Digital { .. }));
    let batch_until = prepared.list.shipping.collected_until(&destination).filter(|_| carried);
    let order = Order {
        id: OrderId::from_bytes(random()?),
        studio: prepared.gallery.studio,
        visitor,
        placed_at: ports.clock.now(),
        customer,
        destination,
        note,
        language: request.language.as_deref().and_then(|tag| Language::parse(tag).ok()),
        price_list: (prepared.list.id, prepared.list.version),
        lines,
        subtotal: prepared.quote.subtotal,
        shipping: prepared.quote.shipping,
        charges: prepared.quote.charges,
        total: prepared.quote.total,
        payment,
        settlement,
        paid_at: paid.then(|| ports.clock.now()),
        state: OrderState::Placed,
        state_at: ports.clock.now(),
        routes: Default::default(),
        batch_until,
        handling: Default::default(),
        revision: 1,
    };
    let secret = ports.secrets.order_status_secret(order.id);
    let secret_hash = ports.secrets.order_status_hash(&secret);
    match ports.orders.place(&order, &secret_hash, &key, &digest).await? {
        Placed::New => Ok((
            StatusCode::CREATED,
            axum::Json(OrderPlaced {
                order: order.id,
                number: order.id.number(),
                secret,
                total: order.total,
            }),
        )),
        Placed::Repeat(order) => repeat(&ports, order).await,
        Placed::KeyReused => Err(reused()),
        Placed::CodeUsedUp => {
            let code = order.charges.discount.map(|d| d.code).unwrap_or_default();
            Err(refuse_pricing(&PricingError::Discount(DiscountError::UsedUp(code))))
        }
        Placed::PrepaidUsed => Err(prepaid::refusal(&PrepaidError::Used)),
    }
}

/// How the order is paid: by a prepaid code as far as it goes, and what is left as the customer chose.
async fn payment(
    ports: &Ports,
    prepared: &Prepared,
    request: &PlaceOrder,
) -> Answer<(PaymentMethod, Settlement)> {
    let mut settlement = Settlement::default();
    let mut due = prepared.quote.total.minor;
    if let Some(typed) = request.prepaid.as_deref().filter(|typed| !typed.trim().is_empty()) {
        let share = prepaid::share(ports, prepared, typed).await?.map_err(|e| prepaid::refusal(&e))?;
        due -= share.amount.minor;
        settlement.prepaid = Some(share);
    }
    if due <= 0 {
        let by = if settlement.prepaid.is_some() { PaymentMethod::Prepaid } else { PaymentMethod::PayStudio };
        return Ok((by, settlement));
    }
    let provider = ports.payments.provider(prepared.gallery.studio).await?;
    match (request.payment, provider) {
        (PaymentMethod::Stripe, Some(_)) => Ok((PaymentMethod::Stripe, settlement)),
        (PaymentMethod::Stripe, None) => Err(pay::not_offered()),
        (_, Some(provider)) if provider.only => {
            Err(Refusal::conflict("online_only", "This studio is paid online.").hint("Choose to pay online."))
        }
        (PaymentMethod::PayStudio | PaymentMethod::Prepaid, _) => Ok((PaymentMethod::PayStudio, settlement)),
    }
}

async fn repeat(ports: &Ports, id: OrderId) -> Answer<(StatusCode, axum::Json<OrderPlaced>)> {
    let order = ports.orders.order(id).await?.ok_or_else(|| Refusal::not_found("order"))?;
    let secret = ports.secrets.order_status_secret(id);
    let answer = OrderPlaced { order: id, number: id.number(), secret, total: order.total };
    Ok((StatusCode::OK, axum::Json(answer)))
}

fn reused() -> Refusal {
    Refusal::conflict("key_reused", "This idempotency key was used for another order.")
        .hint("Make a new key for a new order.")
}

/// Scoped to the visitor, so that nobody can answer for another's key.
fn idempotency_key(headers: &HeaderMap, visitor: VisitorId) -> Answer<String> {
    let key = headers.get(IDEMPOTENCY_KEY).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let well_formed = (16..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if well_formed {
        Ok(format!("{visitor}/{key}"))
    } else {
        Err(Refusal::invalid("no_idempotency_key", "An order needs the header idempotency-key.")
            .hint("Send 16 to 100 random characters, the same ones for each repeat of the same order."))
    }
}

fn digest(gallery: &str, request: &PlaceOrder) -> Answer<String> {
    let json = serde_json::to_vec(&(gallery, request))
        .map_err(|e| Refusal::invalid("unreadable_body", e.to_string()))?;
    Ok(Sha256::of(&json).hex())
}

fn check_people(request: &PlaceOrder) -> Answer<(Customer, Destination)> {
    let clean = |t: &str| one_line(t, 200);
    let optional = |t: &Option<String>| t.as_deref().map(clean).filter(|t| !t.is_empty());
    let customer = Customer {
        name: clean(&request.customer.name),
        email: optional(&request.customer.email),
        phone: optional(&request.customer.phone),
    };
    let destination = match &request.destination {
        Destination::PickUp => Destination::PickUp,
        Destination::ShipTo { address: a } => Destination::ShipTo {
            address: Address {
                name: clean(&a.name),
                line1: clean(&a.line1),
                line2: optional(&a.line2),
                postal_code: clean(&a.postal_code),
                city: clean(&a.city),
                region: optional(&a.region),
                country: clean(&a.country).to_ascii_uppercase(),
            },
        },
        Destination::ShipToSchool { school, class, child } => {
            Destination::ShipToSchool { school: clean(school), class: optional(class), child: clean(child) }
        }
    };
    let refuse = |e: PersonError| {
        let (code, hint) = match &e {
            PersonError::PostalCode { .. } => ("bad_postal_code", "Check the postal code and the country."),
            PersonError::Region(_) => ("no_region", "Give the state or province."),
            _ => ("bad_contact", "Correct it and order again."),
        };
        Refusal::invalid(code, format!("{e}.")).hint(hint)
    };
    check_customer(&customer).map_err(refuse)?;
    check_destination(&destination).map_err(refuse)?;
    Ok((customer, destination))
}

fn random() -> Answer<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the operating system gives no randomness");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The order cannot be placed right now.")
            .hint("Nothing was ordered. Try again in a few seconds.")
    })?;
    Ok(bytes)
}
