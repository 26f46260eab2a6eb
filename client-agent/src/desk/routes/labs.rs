//! Labs: what each is set up for, and pairing with one.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;

use crate::{
    cli::labs::LabCommand,
    desk::{
        answer::{Answer, all, one},
        serve::Page,
    },
    labs,
};

pub async fn list(State(page): State<Arc<Page>>) -> Answer {
    Ok(all(page.command(async |ctx| labs::setup::all(ctx)).await?))
}

#[derive(Deserialize)]
pub struct Pair {
    code: String,
}

pub async fn pair(State(page): State<Arc<Page>>, Json(ask): Json<Pair>) -> Answer {
    let code = ask.code.trim().to_owned();
    let said = page.command(async move |ctx| labs::run(ctx, LabCommand::Pair { code }).await).await?;
    page.changes.orders_moved();
    Ok(one(said))
}
