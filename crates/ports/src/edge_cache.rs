//! Copies of pictures that are kept nearer to visitors. On one machine there are none.

use async_trait::async_trait;
use domain::id::GalleryId;

use crate::PortResult;

#[async_trait]
pub trait EdgeCache: Send + Sync {
    /// Makes every edge forget the pictures of these galleries: what is shown after this comes from the store.
    /// `reason` names the event; the same event again is one and the same request, and costs nothing more.
    async fn forget(&self, galleries: &[GalleryId], reason: &str) -> PortResult<()>;
}
