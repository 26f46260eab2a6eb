//! School batches: `batch show`, `slips`, `labels` and `release` from the page.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderName, header},
};
use domain::id::GalleryId;
use serde::Deserialize;
use serde_json::json;

use crate::{
    batch,
    cli::batch::{BatchCommand, LabelsArgs, ReleaseArgs, SlipsArgs},
    desk::{
        answer::{Answer, one},
        serve::Page,
    },
    error::What,
    output::Said,
};

type Sheets = ([(HeaderName, &'static str); 2], Vec<u8>);

async fn command(page: &Page, command: BatchCommand) -> Answer<Said> {
    page.command(async move |ctx| batch::run(ctx, command).await).await
}

/// GET: null where no order of the gallery goes to a school.
pub async fn show(State(page): State<Arc<Page>>, Path(gallery): Path<GalleryId>) -> Answer {
    if !batch::any(&page.ctx.catalog()?, gallery)? {
        return Ok(Json(json!(null)));
    }
    Ok(one(command(&page, BatchCommand::Show { gallery: gallery.to_string() }).await?))
}

#[derive(Deserialize)]
pub struct Slips {
    #[serde(default)]
    prices: bool,
}

pub async fn slips(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
    Query(ask): Query<Slips>,
) -> Answer<Sheets> {
    let with =
        |file| BatchCommand::Slips(SlipsArgs { gallery: gallery.to_string(), file, prices: ask.prices });
    sheets(&page, "attachment; filename=\"slips.pdf\"", with).await
}

#[derive(Deserialize)]
pub struct Labels {
    #[serde(default)]
    skip: u8,
}

pub async fn labels(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
    Query(ask): Query<Labels>,
) -> Answer<Sheets> {
    let skip = ask.skip.min(20);
    let with = |file| BatchCommand::Labels(LabelsArgs { gallery: gallery.to_string(), file, skip });
    sheets(&page, "attachment; filename=\"labels.pdf\"", with).await
}

async fn sheets(
    page: &Page,
    disposition: &'static str,
    with: impl FnOnce(PathBuf) -> BatchCommand,
) -> Answer<Sheets> {
    let folder = tempfile::tempdir().what("the sheets need a folder for a moment")?;
    let path = folder.path().join("sheets.pdf");
    command(page, with(path.clone())).await?;
    let bytes = std::fs::read(&path).what("the sheets could not be made")?;
    let headers = [(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes))
}

#[derive(Deserialize)]
pub struct Release {
    /// Although orders are still collected.
    #[serde(default)]
    early: bool,
}

pub async fn release(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
    Json(ask): Json<Release>,
) -> Answer {
    let args = ReleaseArgs { gallery: gallery.to_string(), early: ask.early };
    Ok(one(command(&page, BatchCommand::Release(args)).await?))
}
