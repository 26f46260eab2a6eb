//! studio-api: what photographers' agents and labs' receivers ask of the host.
//!
//! One route a file, named by its verb; each goes load → authorise → limit → act → respond. The caller is
//! an extractor that comes first, so nobody without a session learns whether anything exists.

mod access;
mod decide;
mod enrolment;
mod epoch;
mod in_parts;
mod lab;
mod problems;
mod queue;
mod request;
mod session;
mod studio;
mod token;
mod views;

use axum::Router;
use http_edge::Refusal;
use ports::Ports;

/// Every route of agents and labs.
pub fn router(ports: Ports) -> Router {
    let said = axum::middleware::from_fn_with_state(ports.epoch, epoch::say);
    Router::new().merge(studio::routes()).merge(lab::routes()).layer(said).with_state(ports)
}

async fn wrong_method() -> Refusal {
    Refusal::new(
        axum::http::StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This address does not take that method.",
    )
}
