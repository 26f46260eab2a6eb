//! The doorbell: receive, delete, extend. How to poll is the host's choice (`QueueAccess`).

use std::time::Duration;

use reqwest::Method;
use wire::{
    queue::{ExtendVisibility, QueueAccess, QueueMessage, QueueReceipts},
    route,
};

use crate::{HostClient, HostError, Subject};

impl HostClient {
    /// Waits up to `wait` (whole seconds, 20 at most) for messages. They stay in the queue, hidden for a
    /// while, until they are deleted; an empty answer is nothing unusual.
    pub async fn receive(&self, wait: Duration) -> Result<Vec<QueueMessage>, HostError> {
        let [queue, ..] = self.http_routes().await?;
        let wait = Duration::from_secs(wait.as_secs().min(20));
        let path = format!("{queue}?wait={}", wait.as_secs());
        self.call(Method::GET, &path, None::<&()>, wait).await
    }

    /// After the work is durably done.
    pub async fn delete_messages(&self, receipts: Vec<String>) -> Result<(), HostError> {
        if receipts.is_empty() {
            return Ok(());
        }
        let [_, delete, _] = self.http_routes().await?;
        self.post_unit(delete, &QueueReceipts { receipts }).await
    }

    /// Hides a message for `seconds` more, because the work on it takes longer.
    pub async fn extend(&self, receipt: &str, seconds: u32) -> Result<(), HostError> {
        let [_, _, extend] = self.http_routes().await?;
        self.post_unit(extend, &ExtendVisibility { receipt: receipt.to_owned(), seconds }).await
    }

    async fn http_routes(&self) -> Result<[&'static str; 3], HostError> {
        let identity = self.0.identity.as_ref().ok_or(HostError::NotSignedIn)?;
        let (access_path, routes) = match identity.subject {
            Subject::Machine(_) => (
                route::STUDIO_QUEUE_ACCESS,
                [route::STUDIO_QUEUE, route::STUDIO_QUEUE_DELETE, route::STUDIO_QUEUE_EXTEND],
            ),
            Subject::Lab(_) => (
                route::LAB_QUEUE_ACCESS,
                [route::LAB_QUEUE, route::LAB_QUEUE_DELETE, route::LAB_QUEUE_EXTEND],
            ),
        };
        let mut known = self.0.queue.lock().await;
        let access = match known.take() {
            Some(access) => access,
            None => self.get(access_path).await?,
        };
        match known.insert(access) {
            QueueAccess::Http => Ok(routes),
            QueueAccess::Sqs { .. } => Err(HostError::NoSqs),
        }
    }
}
