//! The photos of one of the visitor's own lists, filtered and paged like the whole gallery.

use std::collections::BTreeSet;

use domain::{
    filter::PhotoFilter,
    id::{PhotoId, VisitorId},
    photo::Photo,
};
use http_edge::{Answer, Refusal};
use ports::{Page, Ports, photo_index::Seen};
use wire::customer::PhotoQuery;

use crate::{authorise::OpenGallery, lists, photos::limit};

pub async fn page(
    ports: &Ports,
    visitor: VisitorId,
    held: &OpenGallery,
    filter: &PhotoFilter,
    list: &str,
    query: &PhotoQuery,
) -> Answer<Seen> {
    let id = held.gallery.id;
    let kept = lists::load(ports, visitor, id).await?.0;
    let ids: Vec<PhotoId> =
        kept.lists.into_iter().find(|l| l.id == list).map(|l| l.photos).unwrap_or_default();
    let favourites: BTreeSet<PhotoId> = ports.visitors.favourites(visitor, id).await?;
    let mut photos = ports.photos.photos(id, &held.scope, &ids).await?;
    // Names of people are found in the whole gallery's search; a list is short enough to look through.
    photos
        .retain(|p| filter.matches(p, &[]) && (query.favourites != Some(true) || favourites.contains(&p.id)));
    photos.sort_by_key(Photo::sort_key);
    let from = match query.cursor.as_deref() {
        None => 0,
        Some(cursor) => cursor
            .parse::<usize>()
            .map_err(|_| Refusal::invalid("invalid", "The cursor is not one this host gave out."))?,
    };
    let end = from.saturating_add(limit(query) as usize).min(photos.len());
    let total = photos.len();
    photos.truncate(end);
    photos.drain(..from.min(end));
    let next = (end < total).then(|| end.to_string());
    Ok(Seen { page: Page { items: photos, next }.into(), total: total as u64, favourites })
}
