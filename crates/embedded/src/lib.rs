//! The ports on SQLite and files: one data directory is one host.
//!
//! ```text
//! host.db           every record, WAL, synchronous=FULL
//! objects/<key>     renditions, batch records, print files and manifests under way
//! objects.tmp/      what is being written; emptied at start
//! secrets.json      mode 0600
//! erased.log        galleries that must stay erased whatever backup is restored
//! ```

mod cursor;
mod database;
mod directory;
mod document;
mod edge_cache;
mod events;
mod fault;
mod gallery_book;
mod grants;
mod guess_limiter;
mod mails;
mod maintenance;
mod migrations;
mod objects;
mod order_book;
mod parts;
mod payment_book;
mod photo_index;
mod picture;
mod price_book;
mod queues;
mod secrets;
mod smtp_mailer;
mod visitors;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::epoch::Epoch;
use ports::{Clock, Ports, Secrets};
use tokio::sync::Notify;

pub use events::{DeadLetter, Event, EventKind, QueueState};
pub use grants::{GetPermit, GrantQuery, PutPermit, Refused};
pub use maintenance::{ERASED_FILE, forget_in_snapshot, object_path, objects_of_snapshot, read_erased};
pub use migrations::SCHEMA_VERSION;
pub use objects::{OpenObject, Upload};
pub use picture::Picture;
pub use secrets::{SecretsError, create as create_secrets, load as load_secrets};
pub use smtp_mailer::{SmtpMailer, SmtpSettings, SmtpTls};

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database {} cannot be opened", path.display())]
    Database {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    #[error("the database {} has version {found}; this program knows versions up to {known}", path.display())]
    Newer { path: PathBuf, found: usize, known: usize },
    #[error("the folder {} cannot be used", path.display())]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the database's thread cannot be started")]
    Thread {
        #[source]
        source: std::io::Error,
    },
}

/// One machine's store; every port is implemented on it. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    data: PathBuf,
    database: database::Database,
    epoch: Epoch,
    objects: objects::Objects,
    clock: Arc<dyn Clock>,
    secrets: Arc<Secrets>,
    guesses: guess_limiter::Guesses,
    counts: photo_index::Counts,
    pages: photo_index::Pages,
    /// Rings when something may be in the outbox, the events or a queue.
    outbox_rings: Notify,
    batches_ring: Notify,
    manifests_ring: Notify,
    queue_rings: queues::Bells,
    gallery_rings: photo_index::Rings,
}

impl Store {
    /// Opens (and creates, in an existing folder) the store of a data directory.
    pub fn open(data: &Path, secrets: Arc<Secrets>, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let database = database::Database::open(&data.join(DATABASE_FILE))?;
        let epoch = maintenance::epoch(&data.join(DATABASE_FILE))?;
        Ok(Self(Arc::new(Inner {
            data: data.to_owned(),
            database,
            epoch,
            objects: objects::Objects::open(data)?,
            clock,
            secrets,
            guesses: guess_limiter::Guesses::default(),
            counts: photo_index::Counts::default(),
            pages: photo_index::Pages::default(),
            outbox_rings: Notify::new(),
            batches_ring: Notify::new(),
            manifests_ring: Notify::new(),
            queue_rings: queues::Bells::default(),
            gallery_rings: photo_index::Rings::default(),
        })))
    }

    /// The same store behind every port.
    pub fn ports(&self) -> Ports {
        let store = Arc::new(self.clone());
        Ports {
            directory: store.clone(),
            galleries: store.clone(),
            photos: store.clone(),
            visitors: store.clone(),
            prices: store.clone(),
            orders: store.clone(),
            payments: store.clone(),
            blobs: store.clone(),
            grants: store.clone(),
            queues: store.clone(),
            edge: store.clone(),
            guesses: store.clone(),
            mails: store,
            clock: self.0.clock.clone(),
            secrets: self.0.secrets.clone(),
            epoch: self.0.epoch,
        }
    }

    /// Resolves when an outbox row was written since the last call.
    pub async fn outbox_rang(&self) {
        self.0.outbox_rings.notified().await;
    }

    /// Resolves when an event of this kind was written since the last call.
    pub async fn event_rang(&self, kind: EventKind) {
        self.bell(kind).notified().await;
    }

    fn bell(&self, kind: EventKind) -> &Notify {
        match kind {
            EventKind::BatchStored => &self.0.batches_ring,
            EventKind::ManifestStored => &self.0.manifests_ring,
        }
    }
}

/// Name of the database within a data directory.
pub const DATABASE_FILE: &str = "host.db";
/// Name of the folder of objects within a data directory.
pub const OBJECTS_FOLDER: &str = "objects";
