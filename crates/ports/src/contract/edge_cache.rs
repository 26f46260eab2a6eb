//! Forgetting at the edge is safe to repeat, and to ask for what was never there.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::id::GalleryId;

use super::{Host, sample};
use crate::{EdgeCache, PortResult};

/// Writes down what it was asked to forget: for tests of those who ask.
#[derive(Default)]
pub struct Recorded(Mutex<Vec<(Vec<GalleryId>, String)>>);

impl Recorded {
    pub fn asked(&self) -> Vec<(Vec<GalleryId>, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl EdgeCache for Recorded {
    async fn forget(&self, galleries: &[GalleryId], reason: &str) -> PortResult<()> {
        if !galleries.is_empty() {
            let asked = (galleries.to_vec(), reason.to_owned());
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        }
        Ok(())
    }
}

pub async fn forgetting_is_repeatable(host: &Host) {
    let galleries: Vec<GalleryId> = (0..40).map(|_| GalleryId::from_bytes(sample::bytes())).collect();
    let (edge, reason) = (&host.ports.edge, sample::text("event"));
    edge.forget(&[], &reason).await.unwrap();
    for _ in 0..2 {
        edge.forget(&galleries, &reason).await.unwrap();
    }
}
