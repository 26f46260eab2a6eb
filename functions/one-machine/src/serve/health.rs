//! GET /healthz: whether the host answers and reaches its data. For a proxy or a watchdog.

use axum::{Json, extract::State};
use http_edge::Answer;
use serde::Serialize;

use super::routes::Host;

#[derive(Serialize)]
pub(super) struct Health {
    status: &'static str,
    version: &'static str,
}

pub(super) async fn get(State(host): State<Host>) -> Answer<Json<Health>> {
    host.ports.directory.studios(None, 1).await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
