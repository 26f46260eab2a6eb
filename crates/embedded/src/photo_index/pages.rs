//! Pages of whole listings, kept in memory for as long as the gallery does not change.
//!
//! A gallery is opened by hundreds of people who all begin with the same page: reading its rows and their
//! documents again for each would be most of the host's work. As with counts, the gallery's generation is read
//! in the same snapshot, so a page is never stale, whichever process made the change.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{id::GalleryId, photo::Photo};
use ports::Page;
use rusqlite::Connection;

use super::{facets::generation, listing::Listing};
use crate::fault::Step;

/// Photos in kept pages at a time, about 2 kB each, and 2 kB more in the answers that are kept with a page; beyond it, all
/// are forgotten and read again.
const KEPT: usize = 12_000;

/// Gallery, scope, where the page begins, how long it may be.
type Key = (GalleryId, String, String, u32);

#[derive(Default)]
pub(crate) struct Pages(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    pages: HashMap<Key, (i64, Arc<Page<Photo>>)>,
    photos: usize,
}

impl Pages {
    pub(super) fn page(&self, db: &Connection, listing: &Listing) -> Step<Arc<Page<Photo>>> {
        if !listing.is_whole() {
            return Ok(Arc::new(listing.page(db)?));
        }
        let generation = generation(db, listing.gallery)?;
        if let Some(page) = self.kept(listing, generation) {
            return Ok(page);
        }
        let page = Arc::new(listing.page(db)?);
        // Pages of nothing would come without end from made-up cursors.
        if !page.items.is_empty() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(
                listing.key(),
                generation,
                page.clone(),
            );
        }
        Ok(page)
    }

    /// A page of a whole listing, if it is in memory.
    pub(super) fn kept(&self, listing: &Listing, generation: i64) -> Option<Arc<Page<Photo>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, page) = kept.pages.get(&listing.key())?;
        (*of == generation).then(|| page.clone())
    }
}

impl Kept {
    fn keep(&mut self, key: Key, generation: i64, page: Arc<Page<Photo>>) {
        if self.photos + page.items.len() > KEPT {
            self.pages.clear();
            self.photos = 0;
        }
        self.photos += page.items.len();
        if let Some((_, before)) = self.pages.insert(key, (generation, page)) {
            self.photos -= before.items.len();
        }
    }
}
