//! Grants and stored files: exactly the promised bytes, once.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    routing::{post, put},
};
use domain::{hash::Sha256, id::OrderId, object_key::RelayPart, order::OrderState};
use wire::{
    orders::{AskRelayGrants, AskRelayParts, PartToSend, RelayFileKind, RelayParts},
    publish::{Grant, Grants, MAX_GRANTS},
    route,
};

use super::{Refusal, Shared, accounts::machine, refuse};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(route::STUDIO_RELAY_GRANTS, post(grants))
        .route(route::STUDIO_RELAY_PARTS, post(in_parts))
        .route("/files/{*key}", put(store).layer(DefaultBodyLimit::disable()))
}

async fn grants(
    State(shared): State<Shared>,
    Path(order): Path<OrderId>,
    headers: HeaderMap,
    Json(ask): Json<AskRelayGrants>,
) -> Result<Json<Grants>, Refusal> {
    let state = shared.lock().unwrap();
    let machine = machine(&state, &headers)?;
    assert!(ask.files.len() <= MAX_GRANTS, "{} files at once", ask.files.len());
    if state.orders.get(&order).is_none_or(|o| o.state != OrderState::Approved) {
        return Err(refuse(409, "not_approved", "nothing is sent before the approval"));
    }
    let part = RelayPart { order, lab: ask.lab, attempt: ask.attempt, machine };
    let grant = |file: &wire::orders::RelayFile| {
        let key = match file.kind {
            RelayFileKind::Print => part.file(&file.sha256),
            RelayFileKind::Manifest => part.manifest(),
        };
        Grant {
            url: format!("/files/{key}"),
            key,
            method: "PUT".into(),
            headers: BTreeMap::from([
                ("x-sha256".into(), file.sha256.hex()),
                ("content-length".into(), file.length.to_string()),
            ]),
            expires_at: jiff::Timestamp::now().as_millisecond() + 900_000,
        }
    };
    Ok(Json(Grants { grants: ask.files.iter().map(grant).collect() }))
}

/// As the real host does, but that it forgets nothing: parts are files of their own until all are there.
async fn in_parts(
    State(shared): State<Shared>,
    Path(order): Path<OrderId>,
    headers: HeaderMap,
    Json(ask): Json<AskRelayParts>,
) -> Result<Json<RelayParts>, Refusal> {
    let mut state = shared.lock().unwrap();
    let machine = machine(&state, &headers)?;
    let key = RelayPart { order, lab: ask.lab, attempt: ask.attempt, machine }.file(&ask.sha256);
    let upload = format!("upload-of-{}", ask.sha256.hex());
    assert!(ask.upload.is_none_or(|named| named == upload), "it goes on with the upload it began");
    let place = |number: usize| format!("parts/{}/{number}", ask.sha256.hex());
    let missing: Vec<PartToSend> = (1..)
        .zip(&ask.parts)
        .filter(|(number, _)| !state.files.contains_key(&place(*number)))
        .take(2)
        .map(|(number, sha256)| PartToSend {
            number: number as u32,
            grant: Grant {
                url: format!("/files/{}", place(number)),
                key: key.clone(),
                method: "PUT".into(),
                headers: BTreeMap::from([("x-sha256".into(), sha256.hex())]),
                expires_at: jiff::Timestamp::now().as_millisecond() + 900_000,
            },
        })
        .collect();
    let done = missing.is_empty();
    if done {
        let whole: Vec<u8> =
            (1..=ask.parts.len()).flat_map(|n| state.files.remove(&place(n)).unwrap()).collect();
        assert_eq!((whole.len() as u64, Sha256::of(&whole)), (ask.length, ask.sha256));
        state.files.insert(key, whole);
    }
    Ok(Json(RelayParts { upload, done, missing }))
}

async fn store(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let promised = headers.get("x-sha256").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if Sha256::of(&body).hex() != promised {
        return Err(refuse(400, "other_bytes", "these are not the promised bytes"));
    }
    let mut state = shared.lock().unwrap();
    if state.files.contains_key(&key) {
        return Ok(StatusCode::PRECONDITION_FAILED);
    }
    state.files.insert(key.clone(), body.to_vec());
    state.stored.push(key.clone());
    if let Some(part) = RelayPart::parse_manifest(&key)
        && let Some(job) = state.jobs.get_mut(&(part.order, part.machine))
    {
        job.done = true;
    }
    Ok(StatusCode::CREATED)
}
