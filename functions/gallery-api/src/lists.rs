//! GET and PUT /api/gallery/{gallery}/lists: named favourite lists and notes on photos, kept on the host
//! under the visitor like the cart.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use domain::{
    id::{GalleryId, VisitorId},
    text::{one_line, paragraph},
};
use http_edge::{Answer, Json, Refusal, VisitorSession};
use ports::Ports;
use wire::{
    lists::{FavouriteList, FavouriteLists, HEARTS, PutFavouriteLists},
    problem::Problem,
    route,
};

use crate::authorise::open_gallery;

const NAME: &str = "lists";
const MAX_LISTS: usize = 20;
/// Of all lists together.
const MAX_PHOTOS: usize = 5_000;
const MAX_NOTES: usize = 500;
const MAX_NAME: usize = 80;
const MAX_NOTE: usize = 500;
/// Enough for a browser that writes at the same time.
const TRIES: usize = 5;

#[utoipa::path(
    get,
    path = route::GALLERY_LISTS,
    operation_id = "show_lists",
    tag = "gallery",
    params(("gallery" = String, Path)),
    responses((status = 200, body = FavouriteLists), (status = "default", body = Problem)),
)]
pub async fn show(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
) -> Answer<axum::Json<FavouriteLists>> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    Ok(axum::Json(load(&ports, session.0.visitor, held.gallery.id).await?.0))
}

#[utoipa::path(
    put,
    path = route::GALLERY_LISTS,
    operation_id = "save_lists",
    tag = "gallery",
    params(("gallery" = String, Path)),
    request_body = PutFavouriteLists,
    responses((status = 200, body = FavouriteLists), (status = "default", body = Problem)),
)]
pub async fn save(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    Json(request): Json<PutFavouriteLists>,
) -> Answer<axum::Json<FavouriteLists>> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let (visitor, id) = (session.0.visitor, held.gallery.id);
    let mut kept = load(&ports, visitor, id).await?;
    if kept.0.revision != request.revision {
        return Err(changed());
    }
    kept.0.lists = checked(request.lists)?;
    kept.0.notes = request
        .notes
        .into_iter()
        .map(|(photo, note)| (photo, paragraph(&note, MAX_NOTE)))
        .filter(|(_, note)| !note.is_empty())
        .collect();
    if kept.0.notes.len() > MAX_NOTES {
        return Err(Refusal::invalid("too_many_notes", format!("At most {MAX_NOTES} notes are kept.")));
    }
    match write(&ports, visitor, id, &kept).await? {
        Some(lists) => Ok(axum::Json(lists)),
        None => Err(changed()),
    }
}

fn changed() -> Refusal {
    Refusal::conflict("lists_changed", "The lists were changed in another window.")
        .hint("Read them again and repeat the change.")
}

fn checked(lists: Vec<FavouriteList>) -> Answer<Vec<FavouriteList>> {
    let mut ids = BTreeSet::new();
    let plain = |id: &str| id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if lists.len() > MAX_LISTS || lists.iter().map(|l| l.photos.len()).sum::<usize>() > MAX_PHOTOS {
        return Err(Refusal::invalid(
            "too_many",
            format!("There may be {MAX_LISTS} lists with {MAX_PHOTOS} pictures in all."),
        ));
    }
    let mut good = Vec::with_capacity(lists.len());
    for list in lists {
        let known = !(1..=32).contains(&list.id.len()) || !plain(&list.id) || list.id == HEARTS;
        if known || !ids.insert(list.id.clone()) {
            return Err(Refusal::invalid("bad_list", "A list's id must be its own, of a-z and 0-9."));
        }
        let name = one_line(&list.name, MAX_NAME);
        if name.is_empty() {
            return Err(Refusal::invalid("no_name", "A list needs a name."));
        }
        let mut seen = BTreeSet::new();
        let photos = list.photos.into_iter().filter(|p| seen.insert(*p)).collect();
        good.push(FavouriteList { id: list.id, name, photos });
    }
    Ok(good)
}

/// What a visitor keeps, with its revision.
#[derive(Clone)]
pub struct Kept(pub FavouriteLists);

impl Kept {
    pub fn is_blank(&self) -> bool {
        self.0.lists.is_empty() && self.0.notes.is_empty()
    }

    /// Adds what another visitor kept; what is here already stays as it is.
    pub fn take_over(&mut self, other: Kept) {
        for list in other.0.lists {
            if self.0.lists.len() < MAX_LISTS && self.0.lists.iter().all(|l| l.id != list.id) {
                self.0.lists.push(list);
            }
        }
        for (photo, note) in other.0.notes {
            self.0.notes.entry(photo).or_insert(note);
        }
    }
}

pub async fn load(ports: &Ports, visitor: VisitorId, gallery: GalleryId) -> Answer<Kept> {
    let Some(stored) = ports.visitors.document(visitor, gallery, NAME).await? else {
        return Ok(Kept(FavouriteLists::default()));
    };
    // Lists from a release that wrote another shape are no lists, not an error for a customer.
    let lists: FavouriteLists = serde_json::from_str(&stored.json).unwrap_or_else(|error| {
        tracing::warn!(%error, "stored lists are unreadable and shown empty");
        FavouriteLists::default()
    });
    Ok(Kept(FavouriteLists { revision: stored.revision, ..lists }))
}

/// `None` when somebody else was faster.
async fn write(
    ports: &Ports,
    visitor: VisitorId,
    gallery: GalleryId,
    kept: &Kept,
) -> Answer<Option<FavouriteLists>> {
    let json =
        serde_json::to_string(&kept.0).map_err(|e| Refusal::invalid("unreadable_body", e.to_string()))?;
    match ports.visitors.put_document(visitor, gallery, NAME, &json, kept.0.revision).await {
        Ok(revision) => Ok(Some(FavouriteLists { revision, ..kept.0.clone() })),
        Err(e) if e.is_conflict() => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Makes a change on whatever is there now.
pub async fn change(
    ports: &Ports,
    visitor: VisitorId,
    gallery: GalleryId,
    change: impl Fn(&mut Kept),
) -> Answer<FavouriteLists> {
    for _ in 0..TRIES {
        let mut kept = load(ports, visitor, gallery).await?;
        change(&mut kept);
        if let Some(lists) = write(ports, visitor, gallery, &kept).await? {
            return Ok(lists);
        }
    }
    Err(changed())
}
