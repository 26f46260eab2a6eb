//! Walking a gallery in order, within a scope, keeping what a filter lets through.
//!
//! | asked for | read |
//! |---|---|
//! | the whole gallery | gsi2, as many as the page shows; with a filter, on until it is full |
//! | a few subjects | their memberships merged, then the photos by BatchGet |
//! | many subjects | gsi2, keeping what the scope permits |
//! | favourites | the visitor's favourites, then the photos by BatchGet |
//!
//! Listings are read at half price, so what was published this second may be missing for another one.

use std::{
    collections::{BTreeSet, HashMap},
    ops::ControlFlow,
};

use domain::{
    access::Scope,
    filter::PhotoFilter,
    id::{GalleryId, PhotoId, SubjectId},
    photo::Photo,
};
use ports::{Page, PortResult, Visitors, photo_index::PhotoRequest};

use super::{PHOTO, by_ids, facets::FEW_SUBJECTS, item, members};
use crate::{
    Store, cursor, gallery_book, keys,
    table::{self, Query, Table},
};

/// Read at a time where most of it may be filtered out.
const STRIDE: usize = 200;

pub(super) struct Listing<'a> {
    table: &'a Table,
    gallery: GalleryId,
    scope: &'a Scope,
    filter: &'a PhotoFilter,
    favourites: Option<BTreeSet<PhotoId>>,
    /// Names a search may find: only of people within the scope.
    names: HashMap<SubjectId, String>,
}

/// Where the photos come from.
enum Source {
    Nothing,
    Gallery,
    Subjects(BTreeSet<SubjectId>),
    These(BTreeSet<PhotoId>),
}

impl<'a> Listing<'a> {
    pub(super) async fn new(store: &'a Store, request: &PhotoRequest<'a>) -> PortResult<Self> {
        let favourites = match request.favourites_of {
            Some(visitor) => Some(store.favourites(visitor, request.gallery).await?),
            None => None,
        };
        let people = match request.filter.search {
            Some(_) => gallery_book::roster(store.table(), request.gallery).await?,
            None => Vec::new(),
        };
        let names = people.into_iter().filter(|s| request.scope.permits(&[s.id])).map(|s| (s.id, s.name));
        Ok(Self {
            table: store.table(),
            gallery: request.gallery,
            scope: request.scope,
            filter: request.filter,
            favourites,
            names: names.collect(),
        })
    }

    pub(super) async fn page(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<Photo>> {
        let wanted = cursor::one_more(limit);
        let mut found = Vec::with_capacity(wanted.min(256));
        let after = cursor::decode(cursor)?;
        self.walk(after, wanted, &mut |photo| {
            found.push(photo);
            if found.len() == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await?;
        Ok(cursor::page(found, limit, item::sort_key))
    }

    pub(super) async fn count(&self) -> PortResult<u64> {
        let mut count = 0;
        self.walk(None, STRIDE, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        })
        .await?;
        Ok(count)
    }

    fn source(&self) -> Source {
        // Somebody else's name is not a way to find out in which of my pictures she is.
        if let (Scope::Subjects(mine), Some(asked)) = (self.scope, &self.filter.subject)
            && !mine.contains(asked)
        {
            return Source::Nothing;
        }
        if let Some(favourites) = &self.favourites {
            return Source::These(favourites.clone());
        }
        match (self.scope, self.filter.subject) {
            (_, Some(asked)) => Source::Subjects([asked].into()),
            (Scope::Subjects(mine), None) if mine.len() <= FEW_SUBJECTS => Source::Subjects(mine.clone()),
            _ => Source::Gallery,
        }
    }

    /// Whether everything that is read is shown, so that no more need be read than is wanted.
    fn is_plain(&self) -> bool {
        self.filter.is_empty() && self.favourites.is_none()
    }

    async fn walk(
        &self,
        after: Option<String>,
        wanted: usize,
        take: &mut (dyn FnMut(Photo) -> ControlFlow<()> + Send),
    ) -> PortResult<()> {
        let stride = if self.is_plain() { wanted } else { wanted.max(STRIDE) };
        match self.source() {
            Source::Nothing => Ok(()),
            Source::Gallery => self.walk_gallery(after, stride, take).await,
            Source::Subjects(subjects) => self.walk_subjects(after, &subjects, stride, take).await,
            Source::These(photos) => self.walk_these(after, &photos, take).await,
        }
    }

    async fn walk_gallery(
        &self,
        after: Option<String>,
        stride: usize,
        take: &mut (dyn FnMut(Photo) -> ControlFlow<()> + Send),
    ) -> PortResult<()> {
        let query = Query::index(keys::GSI2, keys::photos_of(self.gallery)).after(after);
        let mut start = None;
        loop {
            let (items, next) = self.table.query_once(&query, start, Some(stride)).await?;
            for item in items {
                let item: item::PhotoItem = table::read(PHOTO, item)?;
                let Some(photo) = item.photo(self.gallery)? else { continue };
                if self.lets_through(&photo) && take(photo).is_break() {
                    return Ok(());
                }
            }
            start = next;
            if start.is_none() {
                return Ok(());
            }
        }
    }

    async fn walk_subjects(
        &self,
        mut after: Option<String>,
        subjects: &BTreeSet<SubjectId>,
        stride: usize,
        take: &mut (dyn FnMut(Photo) -> ControlFlow<()> + Send),
    ) -> PortResult<()> {
        loop {
            let (found, more) =
                members::merged(self.table, self.gallery, subjects, after.as_deref(), Some(stride)).await?;
            // A piece at a time: a page may be full before all of them are looked at.
            for piece in found.chunks(stride) {
                let ids: Vec<PhotoId> = piece.iter().map(|(_, id)| *id).collect();
                let photos = by_ids(self.table, self.gallery, &ids, false).await?;
                let mut by_id: HashMap<PhotoId, Photo> = photos.into_iter().map(|p| (p.id, p)).collect();
                for (key, id) in piece {
                    // A membership left behind by a picture of very many says nothing.
                    let Some(photo) = by_id.remove(id).filter(|p| item::sort_key(p) == *key) else {
                        continue;
                    };
                    if self.lets_through(&photo) && take(photo).is_break() {
                        return Ok(());
                    }
                }
            }
            after = found.last().map(|(key, _)| key.clone());
            if !more || after.is_none() {
                return Ok(());
            }
        }
    }

    async fn walk_these(
        &self,
        after: Option<String>,
        photos: &BTreeSet<PhotoId>,
        take: &mut (dyn FnMut(Photo) -> ControlFlow<()> + Send),
    ) -> PortResult<()> {
        let ids: Vec<PhotoId> = photos.iter().copied().collect();
        let found = by_ids(self.table, self.gallery, &ids, false).await?;
        let mut found: Vec<(String, Photo)> = found.into_iter().map(|p| (item::sort_key(&p), p)).collect();
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (key, photo) in found {
            let before = after.as_ref().is_some_and(|after| key <= *after);
            if !before && self.lets_through(&photo) && take(photo).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn lets_through(&self, photo: &Photo) -> bool {
        if !self.scope.permits(&photo.subjects) {
            return false;
        }
        if self.filter.is_empty() {
            return true;
        }
        let names: Vec<String> = photo.subjects.iter().filter_map(|s| self.names.get(s).cloned()).collect();
        self.filter.matches(photo, &names)
    }
}
