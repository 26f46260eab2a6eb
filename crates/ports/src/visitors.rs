//! What a visitor keeps on the host: favourites and carts.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::id::{GalleryId, PhotoId, VisitorId};

use crate::PortResult;

/// A cart is a document to the store; `order-api` and the site know its shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredCart {
    pub revision: u64,
    pub json: String,
}

#[async_trait]
pub trait Visitors: Send + Sync {
    async fn favourites(&self, visitor: VisitorId, gallery: GalleryId) -> PortResult<BTreeSet<PhotoId>>;
    async fn set_favourite(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        photo: PhotoId,
        on: bool,
    ) -> PortResult<()>;

    async fn cart(&self, visitor: VisitorId, gallery: GalleryId) -> PortResult<Option<StoredCart>>;
    /// Writes if the stored revision is `expected` (0: none stored); returns the new revision.
    async fn put_cart(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        json: &str,
        expected: u64,
    ) -> PortResult<u64>;
}
