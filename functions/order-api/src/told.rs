//! POST /api/order/stripe/{studio}: what Stripe says of a studio's payments.
//!
//! The answer is 200 for everything that is signed and understood, also when it changes nothing: Stripe sends
//! again whatever is answered otherwise, for three days.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use domain::id::StudioId;
use http_edge::{Answer, Refusal};

use crate::{
    Deps, pay,
    payment::{Event, Keys, PaymentError},
    settle,
};

const MAX_BODY: usize = 256 * 1024;

pub async fn stripe(
    State(deps): State<Deps>,
    Path(studio): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<StatusCode> {
    let (ports, online) = (&deps.ports, deps.online.as_ref());
    let refused = || {
        Refusal::invalid("not_from_stripe", "The message is not signed for this studio.")
            .hint("Compare the endpoint's signing secret: darkslide payment stripe")
    };
    let studio: StudioId = studio.parse().map_err(|_| refused())?;
    let header = headers.get("stripe-signature").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if body.len() > MAX_BODY {
        return Err(refused());
    }
    let Some(keys) = Keys::of(ports, studio).await? else { return Err(refused()) };
    let event = match online.event(&keys, header, &body, ports.clock.now()) {
        Ok(Some(event)) => event,
        Ok(None) => return Ok(StatusCode::OK),
        Err(PaymentError::Unsigned(why)) => {
            tracing::warn!(%studio, why, "a payment message was refused");
            return Err(refused());
        }
        Err(error) => return Err(Refusal::invalid("unreadable_body", format!("{error}."))),
    };
    let by_intent = |intent: &str| {
        let intent = intent.to_owned();
        let keys = &keys;
        async move { online.order_of(keys, &intent).await.map_err(pay::unavailable) }
    };
    let order = match &event {
        Event::Paid { order, .. } => Some(*order),
        Event::Refunded { order: Some(order), .. } => Some(*order),
        Event::Refunded { intent: Some(intent), .. }
        | Event::Disputed { intent, .. }
        | Event::DisputeWon { intent }
        | Event::DisputeLost { intent } => by_intent(intent).await?,
        Event::Refunded { .. } => None,
    };
    let Some(order) = order else { return Ok(StatusCode::OK) };
    if settle::apply(ports, studio, order, &event).await?.is_none() {
        tracing::warn!(%studio, %order, "a payment message names an order this studio does not have");
    }
    Ok(StatusCode::OK)
}
