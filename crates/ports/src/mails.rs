//! Mails that are owed, and the way they leave the host.

use async_trait::async_trait;
use domain::{
    Millis,
    id::StudioId,
    mail::{Mail, StudioMail, owed_for},
    order::Order,
};

use crate::{Page, PortResult, Ports};

/// Where a mail stands on its way out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QueuedMail {
    pub mail: Mail,
    /// How often it was taken to be sent.
    pub tries: u32,
    /// Not before. `None`: it is over.
    pub due_at: Option<Millis>,
    /// Why the last try failed, or why it was given up.
    pub why: Option<String>,
}

#[async_trait]
pub trait Mails: Send + Sync {
    /// Queues a mail once per id, for good; false when it was queued before.
    async fn queue(&self, mail: &Mail) -> PortResult<bool>;
    /// Those due at `now`, oldest first.
    async fn due(&self, now: Millis, limit: u32) -> PortResult<Vec<QueuedMail>>;
    /// Takes a mail as `due` gave it, so that no other sender sends it before `until`; false: somebody else has it.
    async fn take(&self, mail: &QueuedMail, until: Millis) -> PortResult<bool>;
    /// It left, or nobody wants it any more.
    async fn sent(&self, id: &str) -> PortResult<()>;
    async fn put_off(&self, id: &str, why: &str, due_at: Millis) -> PortResult<()>;
    async fn give_up(&self, id: &str, why: &str) -> PortResult<()>;
    /// What was given up, for the operator.
    async fn given_up(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<QueuedMail>>;
    /// How a studio wants its mails; `None`: it wants none.
    async fn studio_mail(&self, studio: StudioId) -> PortResult<Option<StudioMail>>;
    async fn set_studio_mail(&self, studio: StudioId, mail: Option<&StudioMail>) -> PortResult<()>;
    /// Makes a given-up mail due again; false: there is none of this id.
    async fn try_again(&self, id: &str, now: Millis) -> PortResult<bool>;
}

/// A letter as it leaves: text and the same as HTML, no attachments, no pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Stays the same when a mail is sent again, so that mail programs show it once (RFC 5322, 3.6.4).
    pub id: String,
    pub to: String,
    /// Whose name it carries; the address is the host's.
    pub from_name: String,
    pub reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The server does not take this letter; sending it again does not help.
    #[error("the mail server refused it: {0}")]
    Refused(String),
    #[error("the mail server cannot be used")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError>;
}

/// Queues what an order owes by now, if its studio sends mails at all.
pub async fn owe(ports: &Ports, order: &Order) -> PortResult<()> {
    if ports.mails.studio_mail(order.studio).await?.is_none() {
        return Ok(());
    }
    for about in owed_for(order) {
        ports.mails.queue(&Mail::new(order.studio, about, ports.clock.now())).await?;
    }
    Ok(())
}
