//! What customers handed in, as a host hands it out.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::{get, put},
};
use domain::{gallery::Logo, hash::Sha256, id::GalleryId};
use wire::{Page, device::Waiting, galleries::PutLogo, lists::SubmittedList, route};

use super::{Refusal, Shared, accounts::machine};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(route::STUDIO_LISTS, get(lists))
        .route(route::STUDIO_WAITING, get(waiting))
        .route(route::STUDIO_LOGO, put(logo))
}

async fn lists(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Result<Json<Page<SubmittedList>>, Refusal> {
    let state = shared.lock().unwrap();
    machine(&state, &headers)?;
    Ok(Json(Page { items: state.lists.clone(), next: None }))
}

async fn waiting(State(shared): State<Shared>, headers: HeaderMap) -> Result<Json<Page<Waiting>>, Refusal> {
    machine(&shared.lock().unwrap(), &headers)?;
    let one = Waiting { email: "ada@example.org".into(), asked_at: 5 };
    Ok(Json(Page { items: vec![one], next: None }))
}

async fn logo(
    State(shared): State<Shared>,
    Path(_): Path<GalleryId>,
    headers: HeaderMap,
    Json(put): Json<PutLogo>,
) -> Result<Json<Logo>, Refusal> {
    machine(&shared.lock().unwrap(), &headers)?;
    let sha256 = Sha256::of(&put.bytes);
    Ok(Json(Logo { format: put.format, sha256, width: put.width, height: put.height }))
}
