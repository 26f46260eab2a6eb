//! Galleries: `gallery list`, `publish`, `share`, `unpublish`, `favorites` from the page; and the frames that
//! may take the place of an ordered one.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, StatusCode, header},
};
use domain::id::{GalleryId, PhotoId, SubjectId};
use rusqlite::OptionalExtension;
use serde::Deserialize;
use serde_json::json;

use crate::{
    AgentError,
    catalog::photos,
    cli::{
        favorites::{ExportArgs, FavoritesCommand, Format},
        gallery::{GalleryCommand, PublishArgs, ShareArgs, UnpublishArgs},
        photo::SelectionArgs,
    },
    desk::{
        answer::{Answer, Trouble, all, refused},
        serve::Page,
    },
    error::What,
    favorites,
    gallery::{self, roster},
    output::Said,
};

async fn command(page: &Page, command: GalleryCommand) -> Answer<Said> {
    page.command(async move |ctx| gallery::run(ctx, command).await).await
}

pub async fn list(State(page): State<Arc<Page>>) -> Answer {
    Ok(all(command(&page, GalleryCommand::List).await?))
}

#[derive(Deserialize)]
pub struct Publish {
    /// To customers, if it is a draft or closed.
    open: bool,
}

pub async fn publish(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
    Json(ask): Json<Publish>,
) -> Answer {
    let args = PublishArgs {
        gallery: gallery.to_string(),
        selection: SelectionArgs::default(),
        dry_run: false,
        open: ask.open,
        price_list: None,
    };
    Ok(all(command(&page, GalleryCommand::Publish(args)).await?))
}

pub async fn close(State(page): State<Arc<Page>>, Path(gallery): Path<GalleryId>) -> Answer {
    let args = UnpublishArgs { gallery: gallery.to_string(), photos: Vec::new(), undo: false };
    Ok(all(command(&page, GalleryCommand::Unpublish(args)).await?))
}

#[derive(Deserialize)]
pub struct TakeOut {
    photos: Vec<PhotoId>,
    /// Put them back instead.
    undo: bool,
}

/// POST: photos leave the gallery, or come back into it.
pub async fn take_out(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
    Json(ask): Json<TakeOut>,
) -> Answer {
    if ask.photos.is_empty() {
        let fix = "choose one or several";
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "no photo was named", fix));
    }
    let photos = ask.photos.iter().map(PhotoId::to_string).collect();
    let args = UnpublishArgs { gallery: gallery.to_string(), photos, undo: ask.undo };
    Ok(all(command(&page, GalleryCommand::Unpublish(args)).await?))
}

fn share_args(gallery: GalleryId) -> ShareArgs {
    ShareArgs {
        gallery: gallery.to_string(),
        subject: Vec::new(),
        all_subjects: false,
        new: false,
        there: false,
        no_qr: true,
        cards: None,
    }
}

/// GET: every code there is; none is made.
pub async fn codes(State(page): State<Arc<Page>>, Path(gallery): Path<GalleryId>) -> Answer {
    let args = ShareArgs { there: true, ..share_args(gallery) };
    Ok(all(command(&page, GalleryCommand::Share(args)).await?))
}

#[derive(Deserialize)]
pub struct Share {
    /// One for each person of the roster; else one for those named, else for the whole gallery.
    everybody: bool,
    /// One code for all of them: brothers and sisters.
    #[serde(default)]
    people: Vec<SubjectId>,
    /// A further code even if there is one.
    #[serde(default)]
    further: bool,
}

/// POST: makes the codes that are missing.
pub async fn share(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
    Json(ask): Json<Share>,
) -> Answer {
    let args = ShareArgs {
        all_subjects: ask.everybody,
        subject: ask.people.iter().map(SubjectId::to_string).collect(),
        new: ask.further,
        ..share_args(gallery)
    };
    Ok(all(command(&page, GalleryCommand::Share(args)).await?))
}

/// GET: everybody on the roster.
pub async fn people(State(page): State<Arc<Page>>) -> Answer {
    let people = roster::all(&page.ctx.catalog()?)?;
    let people: Vec<_> =
        people.iter().map(|p| json!({ "id": p.id, "name": p.name, "class": p.class })).collect();
    Ok(Json(json!({ "results": people, "notes": [] })))
}

/// GET: a sheet of cards of every code there is.
pub async fn cards(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
) -> Answer<([(HeaderName, &'static str); 2], Vec<u8>)> {
    let folder = tempfile::tempdir().what("the cards need a folder for a moment")?;
    let path = folder.path().join("cards.pdf");
    let args = ShareArgs { there: true, cards: Some(path.clone()), ..share_args(gallery) };
    command(&page, GalleryCommand::Share(args)).await?;
    let bytes = std::fs::read(&path).what("the cards could not be made")?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"cards.pdf\""),
    ];
    Ok((headers, bytes))
}

pub async fn lists(State(page): State<Arc<Page>>, Path(gallery): Path<GalleryId>) -> Answer {
    let gallery = gallery.to_string();
    let said = page.command(async move |ctx| favorites::run(ctx, FavoritesCommand::List { gallery }).await);
    Ok(all(said.await?))
}

#[derive(Deserialize)]
pub struct Export {
    /// `customer/list`
    list: String,
    format: AskedFormat,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedFormat {
    Comma,
    Space,
    Or,
    Sidecars,
}

pub async fn export(
    State(page): State<Arc<Page>>,
    Path(gallery): Path<GalleryId>,
    Json(ask): Json<Export>,
) -> Answer {
    let (format, beside_originals) = match ask.format {
        AskedFormat::Comma => (Format::Comma, false),
        AskedFormat::Space => (Format::Space, false),
        AskedFormat::Or => (Format::Or, false),
        AskedFormat::Sidecars => (Format::Xmp, true),
    };
    let args = ExportArgs {
        gallery: gallery.to_string(),
        list: Some(ask.list),
        format,
        extensions: false,
        to: None,
        beside_originals,
        rating: 5,
    };
    let said =
        page.command(async move |ctx| favorites::run(ctx, FavoritesCommand::Export(args)).await).await?;
    Ok(Json(json!({ "result": said.results.first(), "notes": said.notes })))
}

/// GET: this computer's pictures of the gallery: those that are published, and those that were taken out of it.
pub async fn frames(State(page): State<Arc<Page>>, Path(gallery): Path<GalleryId>) -> Answer {
    let catalog = page.ctx.catalog()?;
    let published: BTreeSet<String> = catalog.read(|db| {
        let mut statement =
            db.prepare("SELECT photo FROM published WHERE gallery = ?1 AND record IS NOT NULL")?;
        statement.query_map([gallery.to_string()], |row| row.get(0))?.collect()
    })?;
    let taken_out = gallery::book::find(&catalog, &gallery.to_string())?.selection.except;
    let frames: Vec<_> = catalog
        .read(photos::all)?
        .into_iter()
        .filter_map(|photo| {
            let out = taken_out.contains(&photo.id);
            let frame = photo.frame();
            (out || published.contains(&photo.id.to_string())).then(|| {
                json!({
                    "photo": photo.id, "file_name": domain::text::one_line(photo.file_name(), 200),
                    "width": frame.width, "height": frame.height, "taken_out": out,
                })
            })
        })
        .collect();
    Ok(Json(json!({ "results": frames, "notes": [] })))
}

/// GET: the newest thumbnail there is.
pub async fn thumbnail(
    State(page): State<Arc<Page>>,
    Path(photo): Path<PhotoId>,
) -> Answer<([(HeaderName, &'static str); 1], Vec<u8>)> {
    let bytes: Option<Vec<u8>> = page.ctx.catalog()?.read(|db| {
        db.prepare_cached(
            "SELECT x.bytes FROM photo p
             JOIN rendition r ON r.version = p.current AND r.kind = 'thumbnail'
             JOIN renditions.pixels x ON x.sha256 = r.sha256
             WHERE p.id = ?1 ORDER BY r.made_at DESC LIMIT 1",
        )?
        .query_row([photo.to_string()], |row| row.get(0))
        .optional()
    })?;
    let missing = || Trouble(StatusCode::NOT_FOUND, AgentError::new("this picture has no thumbnail yet"));
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes.ok_or_else(missing)?))
}
