//! POST /api/order/find: a customer who lost her links gets them by e-mail.
//!
//! The answer, and the time it takes, are the same whether or not there is such an order: looking happens when the
//! letter is written (`functions/send-mail`), and the letter goes to the address of the order, nowhere else. One
//! letter an hour for an address; whoever asks often is held back like one who guesses codes.

use axum::{extract::State, http::StatusCode};
use domain::{
    Millis,
    access::code::AccessCode,
    mail::{About, Mail, customer_key, is_address},
    text::one_line,
};
use http_edge::{
    Answer, CallerAddress, Json, Refusal,
    guesses::{hold_back, wrong_code},
};
use ports::Ports;
use wire::{checkout::FindOrders, problem::Problem, route};

#[utoipa::path(
    post,
    path = route::ORDER_FIND,
    operation_id = "find_orders",
    tag = "order",
    request_body = FindOrders,
    responses((status = 204), (status = "default", body = Problem)),
)]
pub async fn find(
    State(ports): State<Ports>,
    caller: CallerAddress,
    Json(request): Json<FindOrders>,
) -> Answer<StatusCode> {
    let email = one_line(&request.email, 200);
    if !is_address(&email) {
        return Err(Refusal::invalid("bad_email", "This is not a complete e-mail address."));
    }
    // Right and wrong codes alike: what is asked for here is a letter to somebody.
    hold_back(&ports, &format!("find {}", caller.0)).await;
    let wrong = || wrong_code("This code opens nothing here.");
    let code = AccessCode::parse(&request.code).map_err(|_| wrong())?;
    // Orders outlive codes and galleries: one that has ended still says which studio it is about.
    let grant = ports.galleries.code(&code.keyed_hash(&ports.secrets.code_hash)).await?.ok_or_else(wrong)?;
    let gallery = ports.galleries.gallery(grant.gallery).await?.ok_or_else(wrong)?;
    if !ports.mails.studio_mail(gallery.studio).await?.is_some_and(|wanted| wanted.to_customers) {
        return Err(Refusal::conflict("no_mails", "This studio sends no e-mails from here.")
            .hint("Ask the studio for the link of your order."));
    }
    let now = ports.clock.now();
    let about = About::FindOrders { customer: customer_key(&email), hour: now.0.div_euclid(Millis::HOUR) };
    ports.mails.queue(&Mail::new(gallery.studio, about, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
