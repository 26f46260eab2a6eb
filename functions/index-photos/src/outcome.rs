//! What is said of each entry of a batch.

use domain::{
    id::PhotoId,
    photo::{Photo, PhotoChange},
};
use ports::photo_index::{Applied, StoredOutcome};

#[derive(Default)]
pub(crate) struct Tally {
    applied: Vec<PhotoId>,
    stale: Vec<PhotoId>,
    rejected: Vec<(PhotoId, String)>,
}

impl Tally {
    pub(crate) fn reject(&mut self, photo: PhotoId, why: String) {
        self.rejected.push((photo, why));
    }

    /// `present` are the stored photos of changes that came out stale.
    pub(crate) fn count(&mut self, change: &PhotoChange, applied: Applied, present: &[Photo]) {
        let stored = present.iter().find(|p| p.id == change.photo());
        let done = match change {
            _ if applied == Applied::Yes => true,
            PhotoChange::Publish(photo) => stored.is_some_and(|s| same(s, photo)),
            PhotoChange::Withdraw { .. } => stored.is_none(),
        };
        let list = if done { &mut self.applied } else { &mut self.stale };
        list.push(change.photo());
    }

    pub(crate) fn into_outcome(self) -> StoredOutcome {
        StoredOutcome { applied: self.applied, stale: self.stale, rejected: self.rejected, failed: None }
    }
}

/// The very publish that is stored, whenever it was applied.
fn same(stored: &Photo, wanted: &Photo) -> bool {
    *stored == Photo { published_at: stored.published_at, ..wanted.clone() }
}
