//! The ports on AWS: DynamoDB (one table, see `keys.rs`), S3, SQS, STS, SSM.
//!
//! [`connect`] reads the secrets and gives a [`Host`] with the books in DynamoDB; what of S3, SQS and CloudFront a
//! function uses, it asks for (`with_…`), so that no other SDK is in its binary. What it needs of the environment is [`Settings`].
//! Beside that, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and, for emulators,
//! `AWS_ENDPOINT_URL` are read.

mod blobs;
mod buckets;
mod clients;
mod cursor;
mod directory;
mod edge_cache;
mod fault;
mod gallery_book;
mod grants;
mod guess_limiter;
mod keys;
mod mails;
mod not_linked;
mod objects;
mod order_book;
mod parts;
mod payment_book;
mod photo_index;
mod price_book;
mod queues;
pub mod secrets;
mod ses_mailer;
mod sessions;
mod settings;
pub mod stream;
mod table;
mod visitors;

use std::sync::{Arc, OnceLock};

use not_linked::NotLinked;
use ports::{Blobs, Clock, Ports, Secrets, clock::SystemClock};

pub use secrets::SecretsError;
pub use ses_mailer::SesMailer;
pub use settings::{QueueArn, Settings, SettingsError};

/// A host on AWS, as its functions use it.
#[derive(Clone)]
pub struct Host {
    /// The books; the rest as far as it was asked for.
    pub ports: Ports,
    /// What CloudFront sends in `x-darkslide-origin`: whoever does not came past it.
    pub origin_secret: String,
    pub settings: Settings,
    store: Store,
    sdk: aws_config::SdkConfig,
    distribution: Option<String>,
}

impl Host {
    /// `ports.blobs` and `ports.grants`, and what `ports.photos` notes of an erased gallery.
    pub fn with_objects(mut self) -> Self {
        let objects = Arc::new(objects::Objects::new(&self.sdk, &self.settings, self.ports.clock.clone()));
        // Asked for twice, it is the same again.
        let _ = self.store.0.notes.set(objects.clone());
        (self.ports.blobs, self.ports.grants) = (objects.clone(), objects);
        self
    }

    /// `ports.queues`.
    pub fn with_queues(mut self) -> Self {
        self.ports.queues = Arc::new(queues::Doorbells::new(&self.sdk, &self.settings));
        self
    }

    /// `ports.edge`.
    pub fn with_edge(mut self) -> Self {
        let cloudfront = aws_sdk_cloudfront::Client::new(&self.sdk);
        let distribution = self.distribution.clone();
        self.ports.edge = Arc::new(edge_cache::Edges { cloudfront, distribution });
        self
    }

    /// Every port.
    pub fn with_all(self) -> Self {
        self.with_objects().with_queues().with_edge()
    }

    /// Where the operator gave an address mails come from.
    pub fn mailer(&self) -> Option<SesMailer> {
        let from = self.settings.mail_from.as_ref()?;
        Some(SesMailer::new(aws_sdk_sesv2::Client::new(&self.sdk), from))
    }
}

/// Opens the books: one call to SSM, and no other before something is asked for.
pub async fn connect(settings: Settings) -> Result<Host, SecretsError> {
    connect_with_clock(settings, Arc::new(SystemClock)).await
}

/// The same, with time handed in. Services keep a clock of their own.
pub async fn connect_with_clock(settings: Settings, clock: Arc<dyn Clock>) -> Result<Host, SecretsError> {
    let sdk = clients::configuration();
    let quick = clients::quick(&sdk);
    let ssm = aws_sdk_ssm::Client::new(&quick);
    let loaded = secrets::load(&ssm, &settings.secrets_path, settings.site.as_deref()).await?;
    let store = Store(Arc::new(Inner {
        table: table::Table::new(aws_sdk_dynamodb::Client::new(&quick), settings.table.clone()),
        clock,
        secrets: Arc::new(loaded.secrets),
        settings: settings.clone(),
        notes: OnceLock::new(),
        counts: photo_index::Counts::default(),
    }));
    let (origin_secret, distribution) = (loaded.origin, loaded.distribution);
    Ok(Host { ports: store.ports(), store, origin_secret, settings, sdk, distribution })
}

/// Every book is implemented on it. Cheap to clone.
#[derive(Clone)]
struct Store(Arc<Inner>);

struct Inner {
    table: table::Table,
    settings: Settings,
    /// Where an erased gallery is noted, outside the table: set by [`Host::with_objects`].
    notes: OnceLock<Arc<dyn Blobs>>,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
    counts: photo_index::Counts,
}

impl Store {
    fn table(&self) -> &table::Table {
        &self.0.table
    }
    fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    fn notes(&self) -> &dyn Blobs {
        self.0.notes.get().map_or(&NotLinked, |notes| notes.as_ref())
    }

    fn ports(&self) -> Ports {
        let store = Arc::new(self.clone());
        Ports {
            directory: store.clone(),
            galleries: store.clone(),
            photos: store.clone(),
            visitors: store.clone(),
            prices: store.clone(),
            orders: store.clone(),
            payments: store.clone(),
            blobs: Arc::new(NotLinked),
            grants: Arc::new(NotLinked),
            queues: Arc::new(NotLinked),
            edge: Arc::new(NotLinked),
            guesses: store.clone(),
            mails: store,
            clock: self.0.clock.clone(),
            secrets: self.0.secrets.clone(),
            epoch: self.0.settings.epoch,
        }
    }
}
