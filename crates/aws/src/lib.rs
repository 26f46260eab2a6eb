//! The ports on AWS: DynamoDB (one table, see `keys.rs`), S3, SQS, STS, SSM.
//!
//! [`connect`] reads the secrets and gives a [`Host`]; what it needs of the environment is [`Settings`].
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

use std::sync::Arc;

use ports::{Clock, Ports, Secrets, clock::SystemClock};

pub use secrets::SecretsError;
pub use ses_mailer::SesMailer;
pub use settings::{QueueArn, Settings, SettingsError};

/// A host on AWS, as its functions use it.
#[derive(Clone)]
pub struct Host {
    pub ports: Ports,
    /// What CloudFront sends in `x-darkslide-origin`: whoever does not came past it.
    pub origin_secret: String,
    pub settings: Settings,
    /// For clients that one function alone needs.
    sdk: aws_config::SdkConfig,
}

impl Host {
    /// Where the operator gave an address mails come from. Made here and not when connecting: the functions that
    /// send no mail have nothing of SES in them.
    pub fn mailer(&self) -> Option<SesMailer> {
        let from = self.settings.mail_from.as_ref()?;
        Some(SesMailer::new(aws_sdk_sesv2::Client::new(&self.sdk), from))
    }
}

/// Opens everything: one call to SSM, and no other before something is asked for.
pub async fn connect(settings: Settings) -> Result<Host, SecretsError> {
    connect_with_clock(settings, Arc::new(SystemClock)).await
}

/// The same, with time handed in. Services keep a clock of their own.
pub async fn connect_with_clock(settings: Settings, clock: Arc<dyn Clock>) -> Result<Host, SecretsError> {
    let sdk = clients::configuration();
    let clients = clients::Clients::new(&sdk, settings.s3_path_style);
    let loaded = secrets::load(&clients.ssm, &settings.secrets_path, settings.site.as_deref()).await?;
    let store = Store(Arc::new(Inner {
        table: table::Table::new(clients.dynamodb.clone(), settings.table.clone()),
        clients,
        clock,
        secrets: Arc::new(loaded.secrets),
        distribution: loaded.distribution,
        settings: settings.clone(),
        queue_urls: queues::Urls::default(),
        counts: photo_index::Counts::default(),
    }));
    Ok(Host { ports: store.ports(), origin_secret: loaded.origin, settings, sdk })
}

/// Every port is implemented on it. Cheap to clone.
#[derive(Clone)]
struct Store(Arc<Inner>);

struct Inner {
    clients: clients::Clients,
    table: table::Table,
    settings: Settings,
    secrets: Arc<Secrets>,
    /// Of CloudFront, once it has a name.
    distribution: Option<String>,
    clock: Arc<dyn Clock>,
    queue_urls: queues::Urls,
    counts: photo_index::Counts,
}

impl Store {
    fn table(&self) -> &table::Table {
        &self.0.table
    }
    fn secrets(&self) -> &Secrets {
        &self.0.secrets
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
            blobs: store.clone(),
            grants: store.clone(),
            queues: store.clone(),
            edge: store.clone(),
            guesses: store.clone(),
            mails: store,
            clock: self.0.clock.clone(),
            secrets: self.0.secrets.clone(),
            epoch: self.0.settings.epoch,
        }
    }
}
