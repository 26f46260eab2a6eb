//! Tokens, machines, sessions, labs.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::{get, post},
};
use domain::{
    Millis,
    id::{LabId, MachineId},
    studio::{PairingState, session_text},
};
use wire::{
    enrol::{
        Account, EnrolMachine, InspectToken, Invite, Invited, MachineEnrolled, MachineInfo, OpenSession,
        Session, TokenInfo,
    },
    manifest::MachineCertificate,
    orders::{AskPairing, LabInfo},
    route,
    signed::verify_text,
};

use super::{Refusal, STUDIO, Shared, State as HostState, Token, refuse};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(route::STUDIO_TOKEN, post(inspect))
        .route(route::STUDIO_ENROL, post(enrol))
        .route(route::STUDIO_SESSION, post(session))
        .route(route::STUDIO_ACCOUNT, get(account))
        .route(route::STUDIO_INVITE, post(invite))
        .route(route::STUDIO_LABS, get(labs))
        .route(route::STUDIO_LAB_PAIR, post(pair))
}

/// The machine a bearer token belongs to.
pub fn machine(state: &HostState, headers: &HeaderMap) -> Result<MachineId, Refusal> {
    let bearer = headers.get("authorization").and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
    bearer
        .and_then(|t| state.sessions.get(t))
        .copied()
        .ok_or_else(|| refuse(401, "no_session", "sign in first"))
}

async fn inspect(
    State(shared): State<Shared>,
    Json(ask): Json<InspectToken>,
) -> Result<Json<TokenInfo>, Refusal> {
    let state = shared.lock().unwrap();
    let token = state.tokens.get(&ask.token).filter(|t| t.used_by.is_none());
    let token = token.ok_or_else(|| refuse(404, "unknown_token", "this token is unknown or used up"))?;
    Ok(Json(TokenInfo {
        studio: STUDIO,
        studio_name: "Studio \u{1b}[31mOne".into(),
        studio_key: state.studio_key,
        sealed_studio_key: token.sealed.clone(),
    }))
}

async fn enrol(
    State(shared): State<Shared>,
    Json(ask): Json<EnrolMachine>,
) -> Result<Json<MachineEnrolled>, Refusal> {
    let mut state = shared.lock().unwrap();
    let certificate = MachineCertificate {
        studio: STUDIO,
        machine: ask.machine,
        device_key: ask.device_key,
        studio_key: ask.studio_key,
        signature: ask.certificate,
    };
    assert!(certificate.is_valid(), "the agent must certify its key");
    if state.studio_key.is_some_and(|key| key != ask.studio_key) {
        return Err(refuse(409, "other_studio_key", "the studio has another key"));
    }
    let token =
        state.tokens.get_mut(&ask.token).ok_or_else(|| refuse(404, "unknown_token", "unknown token"))?;
    if token.used_by.is_some_and(|m| m != ask.machine) {
        return Err(refuse(409, "token_used", "the token is used up"));
    }
    token.used_by = Some(ask.machine);
    state.studio_key = Some(ask.studio_key);
    let machine = ask.machine;
    state.machines.insert(machine, ask);
    Ok(Json(MachineEnrolled { studio: STUDIO, studio_name: "Studio One".into(), machine }))
}

async fn session(
    State(shared): State<Shared>,
    Json(ask): Json<OpenSession>,
) -> Result<Json<Session>, Refusal> {
    let mut state = shared.lock().unwrap();
    let machine: MachineId = ask.subject.parse().map_err(|_| refuse(401, "unknown_machine", "who?"))?;
    let known = state.machines.get(&machine).ok_or_else(|| refuse(401, "unknown_machine", "who?"))?;
    let text = session_text(&ask.subject, &state.url, Millis(ask.at), &ask.nonce);
    if ask.host != state.url || !verify_text(&text, &ask.signature, &known.device_key) {
        return Err(refuse(401, "bad_signature", "the signature does not fit"));
    }
    state.next += 1;
    let token = format!("session{}", state.next);
    state.sessions.insert(token.clone(), machine);
    let expires_at = jiff::Timestamp::now().as_millisecond() + 3_600_000;
    Ok(Json(Session { token, expires_at }))
}

async fn account(State(shared): State<Shared>, headers: HeaderMap) -> Result<Json<Account>, Refusal> {
    let state = shared.lock().unwrap();
    let machine = machine(&state, &headers)?;
    let machines = state.machines.values().map(|m| MachineInfo {
        machine: m.machine,
        name: m.machine_name.clone(),
        device_key: m.device_key,
        certificate: m.certificate,
        last_seen_at: 0,
    });
    Ok(Json(Account {
        studio: STUDIO,
        studio_name: "Studio One".into(),
        studio_key: state.studio_key.unwrap(),
        machine,
        machines: machines.collect(),
        site: state.url.clone(),
    }))
}

async fn invite(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(ask): Json<Invite>,
) -> Result<Json<Invited>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    let token = format!("invited{}", state.tokens.len());
    state.tokens.insert(token.clone(), Token { sealed: Some(ask.sealed_studio_key), used_by: None });
    Ok(Json(Invited { token, expires_at: 4_000_000_000_000 }))
}

async fn labs(State(shared): State<Shared>, headers: HeaderMap) -> Result<Json<Vec<LabInfo>>, Refusal> {
    let state = shared.lock().unwrap();
    machine(&state, &headers)?;
    Ok(Json(state.labs.keys().map(|id| info(&state, *id)).collect()))
}

fn info(state: &HostState, lab: LabId) -> LabInfo {
    let known = &state.labs[&lab];
    LabInfo { lab, name: known.name.clone(), key: known.key, pairing: known.pairing }
}

async fn pair(
    State(shared): State<Shared>,
    Path(lab): Path<LabId>,
    headers: HeaderMap,
    Json(ask): Json<AskPairing>,
) -> Result<Json<LabInfo>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    assert_eq!((ask.studio, Some(ask.studio_key)), (STUDIO, state.studio_key));
    let known = state.labs.get_mut(&lab).ok_or_else(|| refuse(404, "unknown_lab", "no such lab"))?;
    known.pairing = Some(PairingState::Accepted);
    known.proof = Some(ask.proof);
    Ok(Json(info(&state, lab)))
}
