//! POST /api/gallery/waiting: an e-mail address for a gallery that is not ready yet, kept for its studio.

use axum::{extract::State, http::StatusCode};
use domain::{
    gallery::GalleryState,
    mail::{customer_key, is_address},
    text::one_line,
};
use http_edge::{Answer, CallerAddress, Json, Refusal};
use ports::Ports;
use wire::{
    device::{AskToBeTold, WAITING, Waiting},
    problem::Problem,
    route,
};

use crate::{authorise::check_open, open::find_code};

/// A gallery's guests, and some; beyond it somebody is filling the host.
const MOST: u32 = 1_000;

#[utoipa::path(
    post,
    path = route::GALLERY_WAITING,
    operation_id = "ask_to_be_told",
    tag = "gallery",
    request_body = AskToBeTold,
    responses((status = 204), (status = "default", body = Problem)),
)]
pub async fn ask(
    State(ports): State<Ports>,
    caller: CallerAddress,
    Json(request): Json<AskToBeTold>,
) -> Answer<StatusCode> {
    let grant = find_code(&ports, &caller, &request.code).await?;
    let gallery =
        ports.galleries.gallery(grant.gallery).await?.ok_or_else(|| Refusal::not_found("gallery"))?;
    let now = ports.clock.now();
    if gallery.state_at(now) != GalleryState::Draft {
        check_open(&ports, &gallery)?;
        return Err(Refusal::conflict("gallery_ready", format!("“{}” is ready.", gallery.name))
            .hint("Open it with your code."));
    }
    let email = one_line(&request.email, 200);
    if !is_address(&email) {
        return Err(Refusal::invalid("bad_email", "This is not a complete e-mail address."));
    }
    let waiting = ports.visitors.handed_in(gallery.id, WAITING, None, MOST).await?;
    if waiting.next.is_some() || waiting.items.len() >= MOST as usize {
        return Err(Refusal::conflict("too_many_waiting", "Too many people wait for this gallery already.")
            .hint("Please come back with your code."));
    }
    // One address waits once, however often it is sent.
    let key = customer_key(&email);
    let json = serde_json::to_string(&Waiting { email, asked_at: now.0 })
        .map_err(|e| Refusal::invalid("unreadable_body", e.to_string()))?;
    ports.visitors.hand_in(gallery.id, WAITING, &key, &json).await?;
    Ok(StatusCode::NO_CONTENT)
}
