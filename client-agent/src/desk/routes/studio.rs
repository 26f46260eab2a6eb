//! The studio at a glance: `status` and `doctor` for the page.

use std::sync::Arc;

use axum::extract::State;

use crate::{
    cli::daemon::DaemonCommand,
    daemon,
    desk::{
        answer::{Answer, all, one},
        serve::Page,
    },
};

pub async fn show(State(page): State<Arc<Page>>) -> Answer {
    Ok(one(page.command(async |ctx| daemon::run(ctx, DaemonCommand::Status).await).await?))
}

pub async fn doctor(State(page): State<Arc<Page>>) -> Answer {
    Ok(all(page.command(async |ctx| daemon::run(ctx, DaemonCommand::Doctor).await).await?))
}
