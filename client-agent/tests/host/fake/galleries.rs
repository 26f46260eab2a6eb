//! Galleries: just enough to take what is published.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post, put},
};
use domain::{
    hash::Sha256,
    id::{BatchId, GalleryId},
};
use wire::{
    galleries::{GalleryInfo, PutGallery},
    publish::{AskBatchGrant, AskGrants, BatchEntry, BatchOutcome, BatchRecord, Grant, Grants},
    route,
};

use super::{Refusal, Shared, accounts::machine, refuse};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(route::STUDIO_GALLERY, get(get_gallery).put(put_gallery))
        .route(route::STUDIO_CODE, put(put_code))
        .route(route::STUDIO_GRANTS, post(grants))
        .route(route::STUDIO_BATCH_GRANT, post(batch_grant))
        .route(route::STUDIO_BATCH, get(outcome))
}

async fn put_code(State(shared): State<Shared>, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    machine(&shared.lock().unwrap(), &headers)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn put_gallery(
    State(shared): State<Shared>,
    Path(gallery): Path<GalleryId>,
    headers: HeaderMap,
    Json(ask): Json<PutGallery>,
) -> Result<Json<GalleryInfo>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    if state.galleries.get(&gallery).map_or(0, |g| g.revision) != ask.revision {
        return Err(refuse(409, "changed_meanwhile", "somebody else was faster"));
    }
    let info = GalleryInfo {
        gallery,
        name: ask.name,
        state: ask.state,
        welcome: ask.welcome,
        price_list: ask.price_list,
        expires_at: ask.expires_at,
        settings: ask.settings.unwrap_or_default(),
        revision: ask.revision + 1,
        photos: 0,
    };
    state.galleries.insert(gallery, info.clone());
    Ok(Json(info))
}

async fn get_gallery(
    State(shared): State<Shared>,
    Path(gallery): Path<GalleryId>,
    headers: HeaderMap,
) -> Result<Json<GalleryInfo>, Refusal> {
    let state = shared.lock().unwrap();
    machine(&state, &headers)?;
    state
        .galleries
        .get(&gallery)
        .cloned()
        .map(Json)
        .ok_or_else(|| refuse(404, "not_found", "no such gallery"))
}

fn grant(key: String, sha256: &Sha256) -> Grant {
    Grant {
        url: format!("/files/{key}"),
        key,
        method: "PUT".into(),
        headers: BTreeMap::from([("x-sha256".into(), sha256.hex())]),
        expires_at: jiff::Timestamp::now().as_millisecond() + 900_000,
    }
}

async fn grants(
    State(shared): State<Shared>,
    Path(gallery): Path<GalleryId>,
    headers: HeaderMap,
    Json(ask): Json<AskGrants>,
) -> Result<Json<Grants>, Refusal> {
    machine(&shared.lock().unwrap(), &headers)?;
    let grants = ask.files.iter().map(|f| grant(format!("img/{gallery}/{}", f.sha256.hex()), &f.sha256));
    Ok(Json(Grants { grants: grants.collect() }))
}

fn batch_key(gallery: GalleryId, batch: BatchId) -> String {
    format!("batches/{gallery}/{batch}.json")
}

async fn batch_grant(
    State(shared): State<Shared>,
    Path((gallery, batch)): Path<(GalleryId, BatchId)>,
    headers: HeaderMap,
    Json(ask): Json<AskBatchGrant>,
) -> Result<Json<Grant>, Refusal> {
    machine(&shared.lock().unwrap(), &headers)?;
    Ok(Json(grant(batch_key(gallery, batch), &ask.sha256)))
}

async fn outcome(
    State(shared): State<Shared>,
    Path((gallery, batch)): Path<(GalleryId, BatchId)>,
    headers: HeaderMap,
) -> Result<Json<BatchOutcome>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    let Some(record) = state.files.get(&batch_key(gallery, batch)) else {
        return Ok(Json(BatchOutcome::Pending));
    };
    let record: BatchRecord = serde_json::from_slice(record).unwrap();
    let mut applied = Vec::new();
    for entry in record.entries {
        match entry {
            BatchEntry::Publish { photo, .. } => {
                applied.push(photo.id);
                state.published.insert(photo.id, photo.file_name.clone());
            }
            BatchEntry::Withdraw { photo, .. } => {
                applied.push(photo);
                state.published.remove(&photo);
            }
        }
    }
    Ok(Json(BatchOutcome::Done { applied, stale: Vec::new(), rejected: Vec::new() }))
}
