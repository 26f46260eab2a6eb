//! Walking a gallery in order, within a scope, keeping what a filter lets through.

use std::{
    collections::{BTreeSet, HashMap},
    ops::ControlFlow,
};

use domain::{
    access::Scope,
    filter::PhotoFilter,
    id::{GalleryId, PhotoId, SubjectId, VisitorId},
    photo::Photo,
};
use ports::{Page, PortResult, photo_index::PhotoRequest};
use rusqlite::{Connection, params};

use super::row;
use crate::{cursor, document, fault::Step, gallery_book, visitors};

/// A request of its own, so that it can go to another thread.
pub(crate) struct Listing {
    pub(super) gallery: GalleryId,
    pub(super) scope: Scope,
    filter: PhotoFilter,
    favourites_of: Option<VisitorId>,
    after: String,
    limit: u32,
}

impl Listing {
    pub(super) fn new(request: &PhotoRequest<'_>) -> PortResult<Self> {
        Ok(Self {
            gallery: request.gallery,
            scope: request.scope.clone(),
            filter: request.filter.clone(),
            favourites_of: request.favourites_of,
            after: cursor::text(request.cursor)?,
            limit: request.limit.clamp(1, 1_000),
        })
    }

    /// Everything the scope shows, without a filter.
    pub(super) fn is_whole(&self) -> bool {
        self.filter.is_empty() && self.favourites_of.is_none()
    }

    /// What tells pages of whole listings apart.
    pub(super) fn key(&self) -> (GalleryId, String, String, u32) {
        (self.gallery, self.scope.fingerprint(), self.after.clone(), self.limit)
    }

    pub(super) fn page(&self, db: &Connection) -> Step<Page<Photo>> {
        let wanted = self.limit as usize + 1;
        let mut found = Vec::with_capacity(wanted.min(256));
        self.walk(db, &self.after, &mut |photo| {
            found.push(photo);
            if found.len() == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(cursor::page(found, self.limit, Photo::sort_key))
    }

    pub(super) fn count(&self, db: &Connection) -> Step<u64> {
        if self.is_whole() {
            return self.count_whole(db);
        }
        let mut count = 0;
        self.walk(db, "", &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }

    fn count_whole(&self, db: &Connection) -> Step<u64> {
        let gallery = self.gallery.to_string();
        Ok(match &self.scope {
            Scope::All => db
                .prepare_cached("SELECT count(*) FROM photos WHERE gallery = ?1 AND json IS NOT NULL")?
                .query_row([gallery], |r| r.get(0))?,
            Scope::Subjects(subjects) => db
                .prepare_cached(
                    "SELECT count(DISTINCT photo) FROM memberships
                     WHERE gallery = ?1 AND subject IN (SELECT value FROM json_each(?2))",
                )?
                .query_row([gallery, document::write("subjects", subjects)?], |r| r.get(0))?,
        })
    }

    /// Hands over photos after a sort key, in order, that the scope and the filter let through.
    fn walk(&self, db: &Connection, after: &str, take: &mut dyn FnMut(Photo) -> ControlFlow<()>) -> Step<()> {
        // Somebody else's name is not a way to find out in which of my pictures she is.
        if let (Scope::Subjects(mine), Some(asked)) = (&self.scope, &self.filter.subject)
            && !mine.contains(asked)
        {
            return Ok(());
        }
        let favourites = match self.favourites_of {
            Some(visitor) => Some(visitors::favourites(db, visitor, self.gallery)?),
            None => None,
        };
        let names = self.names(db)?;
        let mut each = |photo: Photo| {
            if self.lets_through(&photo, favourites.as_ref(), &names) {
                take(photo)
            } else {
                ControlFlow::Continue(())
            }
        };
        match self.subjects() {
            None => {
                let sql = format!(
                    "SELECT {} FROM photos p WHERE p.gallery = ?1 AND p.sort_key > ?2 AND p.json IS NOT NULL
                     ORDER BY p.sort_key",
                    row::COLUMNS
                );
                hand_over(db, &sql, params![self.gallery.to_string(), after], &mut each)
            }
            Some(subjects) => {
                let sql = format!(
                    "SELECT {} FROM (SELECT DISTINCT sort_key, photo FROM memberships WHERE gallery = ?1
                       AND subject IN (SELECT value FROM json_each(?3)) AND sort_key > ?2) m
                     JOIN photos p ON p.gallery = ?1 AND p.photo = m.photo
                     WHERE p.json IS NOT NULL ORDER BY m.sort_key",
                    row::COLUMNS
                );
                let subjects = document::write("subjects", &subjects)?;
                hand_over(db, &sql, params![self.gallery.to_string(), after, subjects], &mut each)
            }
        }
    }

    /// The subjects whose memberships hold everything that can be found; `None`: the whole gallery.
    fn subjects(&self) -> Option<BTreeSet<SubjectId>> {
        match (&self.scope, self.filter.subject) {
            (_, Some(asked)) => Some([asked].into()),
            (Scope::Subjects(mine), None) => Some(mine.clone()),
            (Scope::All, None) => None,
        }
    }

    fn lets_through(
        &self,
        photo: &Photo,
        favourites: Option<&BTreeSet<PhotoId>>,
        names: &HashMap<SubjectId, String>,
    ) -> bool {
        if favourites.is_some_and(|f| !f.contains(&photo.id)) || !self.scope.permits(&photo.subjects) {
            return false;
        }
        if self.filter.is_empty() {
            return true;
        }
        let names: Vec<String> = photo.subjects.iter().filter_map(|s| names.get(s).cloned()).collect();
        self.filter.matches(photo, &names)
    }

    /// Names a search may find: only of people within the scope.
    fn names(&self, db: &Connection) -> Step<HashMap<SubjectId, String>> {
        if self.filter.search.is_none() {
            return Ok(HashMap::new());
        }
        let people = gallery_book::roster(db, self.gallery)?;
        Ok(people.into_iter().filter(|s| self.scope.permits(&[s.id])).map(|s| (s.id, s.name)).collect())
    }
}

fn hand_over(
    db: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    each: &mut dyn FnMut(Photo) -> ControlFlow<()>,
) -> Step<()> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        if each(row::read(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

/// Every photo of a scope.
pub(super) fn for_each(
    db: &Connection,
    gallery: GalleryId,
    scope: &Scope,
    mut each: impl FnMut(&Photo),
) -> Step<()> {
    let listing = Listing {
        gallery,
        scope: scope.clone(),
        filter: PhotoFilter::default(),
        favourites_of: None,
        after: String::new(),
        limit: 1,
    };
    listing.walk(db, "", &mut |photo| {
        each(&photo);
        ControlFlow::Continue(())
    })
}
