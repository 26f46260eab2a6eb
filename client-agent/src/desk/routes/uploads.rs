//! Sending: `darkslide uploads` and `darkslide scan` from the page.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use crate::{
    cli::{daemon::UploadsArgs, photo::ScanArgs},
    desk::{
        answer::{Answer, all, one},
        serve::Page,
    },
    scan, uploads,
};

pub async fn show(State(page): State<Arc<Page>>) -> Answer {
    change(&page, UploadsArgs { limit: None, pause: false, resume: false }).await
}

#[derive(Deserialize)]
pub struct Ask {
    /// KiB a second; 0: no bound.
    limit: Option<u32>,
    pause: Option<bool>,
}

pub async fn set(State(page): State<Arc<Page>>, Json(ask): Json<Ask>) -> Answer {
    let (pause, resume) = (ask.pause == Some(true), ask.pause == Some(false));
    change(&page, UploadsArgs { limit: ask.limit, pause, resume }).await
}

async fn change(page: &Page, args: UploadsArgs) -> Answer {
    Ok(one(page.command(async move |ctx| uploads::run(ctx, &args)).await?))
}

/// POST /api/scan: looks at the folders again.
pub async fn scan(State(page): State<Arc<Page>>) -> Answer {
    Ok(all(page.command(async |ctx| scan::run(ctx, &ScanArgs { dirs: Vec::new() })).await?))
}
