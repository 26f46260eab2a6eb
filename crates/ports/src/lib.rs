//! The traits the host's functions need. Two families of adapters implement them: `embedded` (SQLite and
//! files) and `aws` (DynamoDB, S3, SQS, STS). The `contract` feature holds the tests both must pass.
//!
//! What the shapes already assume, so that both fit: reads page by opaque tokens, never by offsets;
//! every write that could compete is conditional; nothing spans more than one studio in a transaction;
//! a queue receipt is valid until its visibility ends; a grant is for one exact object.

pub mod blobs;
pub mod clock;
pub mod directory;
pub mod edge_cache;
pub mod error;
pub mod gallery_book;
pub mod guess_limiter;
pub mod mails;
pub mod order_book;
pub mod payment_book;
pub mod photo_index;
pub mod price_book;
pub mod queues;
pub mod secrets;
pub mod visitors;

#[cfg(feature = "contract")]
pub mod contract;

pub use blobs::{Blobs, Grants};
pub use clock::Clock;
pub use directory::Directory;
pub use edge_cache::EdgeCache;
pub use error::{PortError, PortResult};
pub use gallery_book::GalleryBook;
pub use guess_limiter::GuessLimiter;
pub use mails::{Mailer, Mails};
pub use order_book::OrderBook;
pub use payment_book::PaymentBook;
pub use photo_index::PhotoIndex;
pub use price_book::PriceBook;
pub use queues::Queues;
pub use secrets::Secrets;
pub use visitors::Visitors;

use std::sync::Arc;

use domain::epoch::Epoch;

/// A page of a listing; `next` is opaque and goes back in to continue.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// Everything a function may need; each takes the parts it uses.
#[derive(Clone)]
pub struct Ports {
    pub directory: Arc<dyn Directory>,
    pub galleries: Arc<dyn GalleryBook>,
    pub photos: Arc<dyn PhotoIndex>,
    pub visitors: Arc<dyn Visitors>,
    pub prices: Arc<dyn PriceBook>,
    pub orders: Arc<dyn OrderBook>,
    pub payments: Arc<dyn PaymentBook>,
    pub blobs: Arc<dyn Blobs>,
    pub grants: Arc<dyn Grants>,
    pub queues: Arc<dyn Queues>,
    pub edge: Arc<dyn EdgeCache>,
    pub guesses: Arc<dyn GuessLimiter>,
    pub mails: Arc<dyn Mails>,
    pub clock: Arc<dyn Clock>,
    pub secrets: Arc<Secrets>,
    /// Which life of the records this is; raised by a restore.
    pub epoch: Epoch,
}
