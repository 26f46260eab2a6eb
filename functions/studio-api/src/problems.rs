//! The refusals that several routes share, so that each is worded once.

use axum::http::StatusCode;
use domain::{order::OrderState, studio::Studio};
use http_edge::{Answer, Refusal};

pub fn suspended(studio: &Studio) -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        "studio_suspended",
        format!("The studio {:?} is suspended on this host.", studio.name),
    )
    .hint("Ask the operator of the host; nothing was lost.")
}

pub fn unauthorised(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code, message)
}

/// Refuses unless the order may be worked on.
pub fn must_be_approved(order: &domain::order::Order) -> Answer<()> {
    match order.state {
        OrderState::Approved => Ok(()),
        OrderState::Placed => Err(Refusal::conflict(
            "not_approved",
            format!("Order {} is not approved yet.", order.id.number()),
        )
        .hint(format!("Approve it: darkslide orders approve {}", order.id.number()))),
        OrderState::Cancelled => Err(cancelled(order)),
    }
}

pub fn cancelled(order: &domain::order::Order) -> Refusal {
    Refusal::conflict("cancelled", format!("Order {} is cancelled.", order.id.number()))
        .hint("Nothing is to be done for it any more.")
}

/// What was decided on is not what is there now.
pub fn changed_meanwhile(order: &domain::order::Order) -> Refusal {
    Refusal::conflict(
        "changed_meanwhile",
        format!("Order {} was changed by somebody else meanwhile.", order.id.number()),
    )
    .hint("Look at it again, then decide anew.")
}

/// Somebody else wrote between every read and write of ours.
pub fn busy(what: &str) -> Refusal {
    Refusal::conflict("changed_meanwhile", format!("{what} kept changing while this was tried."))
        .hint("Try again.")
}

/// A count over its limit.
pub fn at_most(what: &str, count: usize, max: usize) -> Answer<()> {
    if count <= max {
        return Ok(());
    }
    Err(Refusal::invalid("too_many", format!("{count} {what} in one request; at most {max} are taken."))
        .hint("Send them in several requests."))
}

pub fn misconfigured(what: &str, error: impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "{what}");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "misconfigured", "This host is not set up completely.")
        .hint("Tell the operator: `darkslide-host check` says what is missing.")
}
