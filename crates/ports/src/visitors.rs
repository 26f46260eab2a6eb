//! What a visitor keeps on the host (favourites, carts, documents), and what she hands in to the studio.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::id::{GalleryId, PhotoId, VisitorId};

use crate::{Page, PortResult};

/// A cart is a document to the store; `order-api` and the site know its shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredCart {
    pub revision: u64,
    pub json: String,
}

/// Longest name of a document, and kind or key of something handed in: 1 to 64 of `a-z 0-9 - _ .`
pub const MAX_NAME: usize = 64;
/// Largest document and largest thing handed in, in bytes.
pub const MAX_DOCUMENT: usize = 300 * 1024;

/// A document of a visitor in a gallery; its shape is the function's that writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    pub revision: u64,
    pub json: String,
}

/// Something visitors gave to the studio of a gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedIn {
    pub key: String,
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

    /// What a visitor keeps in a gallery under a name (`lists`).
    async fn document(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        name: &str,
    ) -> PortResult<Option<StoredDocument>>;
    /// Writes if the stored revision is `expected` (0: none stored); returns the new revision. `Invalid` for
    /// a name or a size out of bounds.
    async fn put_document(
        &self,
        visitor: VisitorId,
        gallery: GalleryId,
        name: &str,
        json: &str,
        expected: u64,
    ) -> PortResult<u64>;

    /// Keeps something for the studio; the same kind and key again replaces it.
    async fn hand_in(&self, gallery: GalleryId, kind: &str, key: &str, json: &str) -> PortResult<()>;
    /// What was handed in of a kind, in the order of keys.
    async fn handed_in(
        &self,
        gallery: GalleryId,
        kind: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<HandedIn>>;
    /// Removes everything handed in to a gallery, of every kind.
    async fn forget_handed_in(&self, gallery: GalleryId) -> PortResult<()>;
}

/// Checks a name and a size before they reach a store.
pub fn check_document(name: &str, json: &str) -> PortResult<()> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
        return Err(crate::PortError::invalid("a document's name", "1 to 64 of a-z, 0-9, - _ and ."));
    }
    if json.len() > MAX_DOCUMENT {
        return Err(crate::PortError::invalid("a document", format!("at most {MAX_DOCUMENT} bytes")));
    }
    Ok(())
}
