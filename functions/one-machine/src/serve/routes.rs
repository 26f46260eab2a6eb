//! Every route of the host, and what each request passes before it gets there.

use std::sync::Arc;

use anyhow::Result;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use embedded::Store;
use order_api::payment::stripe::Stripe;
use ports::Ports;
use tokio::sync::watch;

use super::{Config, files, guard, health, image, site};

/// The largest order (500 lines with their pictures) and the largest roster stay below this.
const MAX_BODY: usize = 4 * 1024 * 1024;

#[derive(Clone)]
pub(super) struct Host {
    pub(super) store: Store,
    pub(super) ports: Ports,
}

impl axum::extract::FromRef<Host> for Ports {
    fn from_ref(host: &Host) -> Ports {
        host.ports.clone()
    }
}

/// The whole host as one service. `stopping` ends long polls when the host stops.
pub fn router(store: &Store, config: &Config, stopping: watch::Receiver<bool>) -> Result<Router> {
    let payments = Arc::new(Stripe::new(&config.stripe)?);
    let ports = store.ports();
    let https = ports.secrets.https;
    let host = Host { store: store.clone(), ports: ports.clone() };
    let api = Router::new()
        .merge(studio_api::router(ports.clone()))
        .merge(gallery_api::router(ports.clone()))
        .merge(order_api::router(ports.clone(), payments))
        .layer(from_fn(guard::compress))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(stopping, guard::time_limit));
    let files = Router::new()
        .route("/files/{*key}", get(files::get).put(files::put))
        .route(wire::route::IMAGE, get(image::get))
        .route("/healthz", get(health::get))
        .with_state(host);
    Ok(api
        .merge(files)
        .fallback(site::get)
        .layer(from_fn_with_state(config.behind_proxy, guard::viewer_address))
        .layer(from_fn_with_state(https, guard::security_headers))
        .layer(from_fn(guard::catch_panic))
        .layer(from_fn(guard::log_request)))
}
