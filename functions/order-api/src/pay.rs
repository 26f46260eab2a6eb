//! POST /api/order/status/{secret}/pay: where the customer pays this order, at the studio's payment provider.
//!
//! The page is made when it is asked for and remembered; asking again leads to the same one while it is open.
//! A page that turns out to be paid marks the order paid, so a lost message of the provider loses nothing.

use axum::extract::{Path, State};
use domain::order::{OnlinePayment, Order, PaymentMethod};
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::{checkout::PayAt, problem::Problem, route};

use crate::{
    Deps,
    payment::{Ask, Event, Keys, OnlinePayments, PaymentError, Session, SessionState},
    settle::{self, is_due},
    status::by_secret,
};

const TRIES: usize = 5;

#[utoipa::path(
    post,
    path = route::ORDER_PAY,
    operation_id = "pay_order",
    tag = "order",
    params(("secret" = String, Path)),
    responses((status = 200, body = PayAt), (status = "default", body = Problem)),
)]
pub async fn pay(State(deps): State<Deps>, Path(secret): Path<String>) -> Answer<axum::Json<PayAt>> {
    let (ports, online) = (&deps.ports, deps.online.as_ref());
    let order = by_secret(ports, &secret).await?;
    if order.paid_at.is_some() {
        return Ok(axum::Json(PayAt { url: None }));
    }
    if order.payment != PaymentMethod::Stripe || !is_due(&order, order.due()) {
        return Err(Refusal::conflict("nothing_to_pay", "There is nothing to pay online for this order.")
            .hint("Ask the studio how to pay."));
    }
    let keys = Keys::of(ports, order.studio).await?.ok_or_else(not_offered)?;
    let known = order.settlement.online.as_ref().filter(|o| o.amount == order.due());
    let mut after = None;
    if let Some(known) = known {
        let session = online.session(&keys, &known.session).await.map_err(unavailable)?;
        match session.state {
            SessionState::Open { url } => return Ok(axum::Json(PayAt { url: Some(url) })),
            SessionState::Pending => return Ok(axum::Json(PayAt { url: None })),
            SessionState::Paid(amount) => {
                let event =
                    Event::Paid { order: order.id, session: session.id, intent: session.intent, amount };
                settle::apply(ports, order.studio, order.id, &event).await?;
                return Ok(axum::Json(PayAt { url: None }));
            }
            SessionState::Over => after = Some(session.id),
        }
    }
    let studio = ports.directory.studio(order.studio).await?.map(|s| s.name).unwrap_or_default();
    let ask = Ask {
        order: order.id,
        amount: order.due(),
        words: domain::text::one_line(&format!("Order {} · {studio}", order.id.number()), 200),
        email: order.customer.email.clone(),
        back: format!("{}/order/{secret}", ports.secrets.site),
        after,
    };
    let session = online.checkout(&keys, &ask).await.map_err(unavailable)?;
    let SessionState::Open { url } = session.state.clone() else {
        return Err(unavailable(PaymentError::Unreadable("a new page that is not open".into())));
    };
    remember(ports, order, &session).await?;
    Ok(axum::Json(PayAt { url: Some(url) }))
}

/// Noted before the customer is sent there. Whoever pays an order that was cancelled meanwhile is noticed
/// when the provider says so.
async fn remember(ports: &Ports, mut order: Order, session: &Session) -> Answer<()> {
    for _ in 0..TRIES {
        if !is_due(&order, order.due()) {
            break;
        }
        let mut next = order.clone();
        next.settlement.online =
            Some(OnlinePayment { session: session.id.clone(), intent: None, amount: order.due() });
        if next == order {
            return Ok(());
        }
        next.revision += 1;
        match ports.orders.update(&next, &[]).await {
            Ok(()) => return Ok(()),
            Err(e) if e.is_conflict() => {}
            Err(e) => return Err(e.into()),
        }
        order = ports.orders.order(order.id).await?.ok_or_else(|| Refusal::not_found("order"))?;
    }
    Err(Refusal::conflict("changed_meanwhile", "The order has just been changed.")
        .hint("Look at the order again."))
}

pub fn not_offered() -> Refusal {
    Refusal::conflict("no_online_payment", "This studio takes no payments online.")
        .hint("Choose to pay the studio.")
}

/// What the provider said stays in the host's log: it may name keys and accounts.
pub fn unavailable(error: PaymentError) -> Refusal {
    tracing::error!(error = %error, source = ?std::error::Error::source(&error).map(ToString::to_string), "the payment provider");
    Refusal::new(
        axum::http::StatusCode::SERVICE_UNAVAILABLE,
        "payment_unavailable",
        "The payment page cannot be opened right now.",
    )
    .hint("Your order is placed and nothing was charged. Try again in a minute, or ask the studio.")
}

/// Nobody pays a cancelled order; what was paid goes back. What could not be done is a hold for the studio.
pub async fn undo(ports: &Ports, online: &dyn OnlinePayments, order: &Order) -> Option<String> {
    let paid = order.settlement.online.as_ref()?;
    let keys = match Keys::of(ports, order.studio).await {
        Ok(Some(keys)) => keys,
        _ => return order.paid_at.map(|_| format!("please refund {} to the customer", paid.amount)),
    };
    let done = match (&paid.intent, order.paid_at) {
        (Some(intent), Some(_)) => online.refund(&keys, intent).await,
        (None, Some(_)) => return Some(format!("please refund {} to the customer", paid.amount)),
        (_, None) => online.close(&keys, &paid.session).await,
    };
    match done {
        Ok(()) => None,
        Err(error) => {
            tracing::error!(%error, order = %order.id, "a cancelled order's payment could not be undone");
            Some(format!(
                "cancelled, but {} could not be given back by itself; please refund it",
                paid.amount
            ))
        }
    }
}
