//! Waiting for a gallery to change: everybody who looks at it is woken at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::id::GalleryId;
use ports::PortResult;
use tokio::{sync::Notify, time::Instant};

use super::facets;
use crate::Store;

/// One bell per gallery that somebody waits at.
#[derive(Default)]
pub(crate) struct Rings(Mutex<HashMap<GalleryId, Arc<Notify>>>);

impl Rings {
    fn of(&self, gallery: GalleryId) -> Arc<Notify> {
        let mut rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rings.entry(gallery).or_default().clone()
    }

    /// Whoever waits looks again; a bell that nobody holds any more is taken down.
    pub(super) fn ring(&self, gallery: GalleryId) {
        let mut rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = rings.get(&gallery) {
            bell.notify_waiters();
            if Arc::strong_count(bell) == 1 {
                rings.remove(&gallery);
            }
        }
    }
}

pub(super) async fn generation(
    store: &Store,
    gallery: GalleryId,
    known: Option<u64>,
    wait: Duration,
) -> PortResult<u64> {
    let end = Instant::now() + wait;
    let bell = store.0.gallery_rings.of(gallery);
    loop {
        // Listening begins before the look, so that no change falls between the two.
        let mut rung = std::pin::pin!(bell.notified());
        rung.as_mut().enable();
        let now = store.0.database.read(move |db| facets::generation(db, gallery)).await?;
        let now = u64::try_from(now).unwrap_or_default();
        if known != Some(now) || tokio::time::timeout_at(end, rung).await.is_err() {
            return Ok(now);
        }
    }
}
