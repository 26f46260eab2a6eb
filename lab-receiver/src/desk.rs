//! The lab's desk: a page on this computer for the people who print, pack and post.
//!
//! It shows the journal and acts through the same functions as the commands (`acts`), so it may run beside the
//! receiver or without it. Only this computer can reach it, only through the secret link it prints, and no
//! other page in the same browser can make it do anything (`guard`).

mod answers;
mod gather;
mod guard;
mod page;
mod pictures;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result};
use axum::{
    Router,
    http::header,
    middleware,
    response::IntoResponse,
    routing::{get, post},
};

use crate::{home::Home, journal::Journal};
use guard::Guard;

pub struct Desk {
    home: Home,
    journal: Arc<Journal>,
    guard: Guard,
    /// What the last act came to, shown once.
    said: Mutex<Option<Said>>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct Said {
    good: bool,
    text: String,
}

/// Binds, and gives the link that opens the page and the server to be awaited.
pub async fn open(
    home: Home,
    journal: Arc<Journal>,
    port: u16,
) -> Result<(String, impl Future<Output = Result<()>>)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = tokio::net::TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen at {address}\nanother desk may run there: choose another with --port")
    })?;
    let address = listener.local_addr()?;
    let guard = Guard::new(address)?;
    let link = guard.link();
    let desk = Arc::new(Desk { home, journal, guard, said: Mutex::new(None) });
    let app = router(desk);
    Ok((link, async move { axum::serve(listener, app).await.context("the desk's server ended") }))
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(page::whole))
        .route("/live", get(page::live))
        .route("/open/{secret}", get(guard::open))
        .route("/release", post(answers::release))
        .route("/remake", post(answers::remake))
        .route("/ship", post(answers::ship))
        .route("/picture/{order}/{delivery}/{line}/{picture}", get(pictures::thumbnail))
        .route("/ticket/{order}/{delivery}", get(pictures::ticket))
        .route("/desk.css", get(async || file("text/css; charset=utf-8", include_str!("desk/desk.css"))))
        .route("/desk.js", get(async || file("text/javascript; charset=utf-8", include_str!("desk/desk.js"))))
        .route("/icon.svg", get(async || file("image/svg+xml", include_str!("desk/icon.svg"))))
        .layer(middleware::from_fn_with_state(desk.clone(), guard::check))
        .with_state(desk)
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}
