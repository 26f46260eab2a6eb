//! POST /api/gallery/{gallery}/lists/{list}/submit: a list as it is now goes to the studio.
//!
//! Only what the visitor may see is given, with the names of the files; the limit the studio set is held
//! here, whatever the page showed.

use axum::extract::{Path, State};
use domain::{
    id::PhotoId,
    photo::Photo,
    text::{one_line, paragraph},
};
use http_edge::{Answer, Json, Refusal, VisitorSession};
use ports::Ports;
use wire::{
    lists::{FavouriteLists, HEARTS, SubmitList, SubmittedList, SubmittedPhoto},
    problem::Problem,
    route,
};

use crate::{authorise::open_gallery, lists};

/// What lists are handed in as; `studio-api` reads them back.
pub const KIND: &str = "list";
const MOST: u32 = 1_000;

#[utoipa::path(
    post,
    path = route::GALLERY_LIST_SUBMIT,
    operation_id = "submit_list",
    tag = "gallery",
    params(("gallery" = String, Path), ("list" = String, Path)),
    request_body = SubmitList,
    responses((status = 200, body = FavouriteLists), (status = "default", body = Problem)),
)]
pub async fn submit(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path((gallery, list)): Path<(String, String)>,
    Json(request): Json<SubmitList>,
) -> Answer<axum::Json<FavouriteLists>> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let (visitor, id) = (session.0.visitor, held.gallery.id);
    let customer = one_line(&request.customer, 120);
    if customer.is_empty() {
        return Err(Refusal::invalid("no_name", "The studio needs to know whose list it is.")
            .hint("Please give your name."));
    }
    let kept = lists::load(&ports, visitor, id).await?.0;
    let (name, chosen): (String, Vec<PhotoId>) = if list == HEARTS {
        ("Favourites".to_owned(), ports.visitors.favourites(visitor, id).await?.into_iter().collect())
    } else {
        let found = kept.lists.iter().find(|l| l.id == list).ok_or_else(|| Refusal::not_found("list"))?;
        (found.name.clone(), found.photos.clone())
    };
    let mut photos = ports.photos.photos(id, &held.scope, &chosen).await?;
    photos.sort_by_key(Photo::sort_key);
    check_count(photos.len(), held.gallery.settings.selection_limit)?;
    let now = ports.clock.now();
    let given = SubmittedList {
        visitor,
        list: list.clone(),
        name,
        customer,
        email: request.email.map(|e| one_line(&e, 200)).filter(|e| !e.is_empty()),
        message: request.message.map(|m| paragraph(&m, 1_000)).filter(|m| !m.is_empty()),
        submitted_at: now.0,
        photos: photos
            .into_iter()
            .map(|p| SubmittedPhoto {
                photo: p.id,
                note: kept.notes.get(&p.id).cloned(),
                file_name: p.file_name,
            })
            .collect(),
    };
    let json =
        serde_json::to_string(&given).map_err(|e| Refusal::invalid("unreadable_body", e.to_string()))?;
    ports.visitors.hand_in(id, KIND, &format!("{visitor}.{list}"), &json).await?;
    let lists = lists::change(&ports, visitor, id, |kept| {
        kept.0.submitted.insert(list.clone(), now.0);
    })
    .await?;
    Ok(axum::Json(lists))
}

fn check_count(count: usize, limit: Option<u32>) -> Answer<()> {
    let most = limit.unwrap_or(MOST).min(MOST);
    if count == 0 {
        return Err(Refusal::conflict("empty_list", "There is no picture in this list."));
    }
    if count > most as usize {
        return Err(Refusal::conflict(
            "too_many_chosen",
            format!("There are {count} pictures in this list; the studio asks for at most {most}."),
        )
        .hint("Please take some out and send it again."));
    }
    Ok(())
}
