//! The doorbell: receive, delete, extend. How to poll is the host's choice (`QueueAccess`).

use std::{future::Future, time::Duration};

use reqwest::Method;
use wire::{
    queue::{ExtendVisibility, QueueAccess, QueueMessage, QueueReceipts},
    route,
};

use crate::{HostClient, HostError, Subject};

/// The longest wait SQS and the host know.
const LONGEST_WAIT_SECONDS: u64 = 20;

/// How this device polls.
pub(crate) enum Way {
    Http,
    #[cfg(feature = "sqs")]
    Sqs(std::sync::Arc<crate::sqs::SqsQueue>),
}

/// One request to the queue.
pub(crate) enum Call<'a> {
    Receive(Duration),
    Delete(Vec<String>),
    Extend { receipt: &'a str, seconds: u32 },
}

impl HostClient {
    /// Waits up to `wait` (whole seconds, 20 at most) for messages. They stay in the queue, hidden for a
    /// while, until they are deleted; an empty answer is nothing unusual.
    pub async fn receive(&self, wait: Duration) -> Result<Vec<QueueMessage>, HostError> {
        self.ask_queue(Call::Receive(Duration::from_secs(wait.as_secs().min(LONGEST_WAIT_SECONDS)))).await
    }

    /// After the work is durably done.
    pub async fn delete_messages(&self, receipts: Vec<String>) -> Result<(), HostError> {
        if receipts.is_empty() {
            return Ok(());
        }
        self.ask_queue(Call::Delete(receipts)).await.map(drop)
    }

    /// Hides a message for `seconds` more, because the work on it takes longer.
    pub async fn extend(&self, receipt: &str, seconds: u32) -> Result<(), HostError> {
        self.ask_queue(Call::Extend { receipt, seconds }).await.map(drop)
    }

    /// Does `work` on received messages, and keeps them hidden for as long as it takes: looked after `every` now
    /// and then, each is hidden for twice that and a little more. A heartbeat that does not get through is no
    /// fault of the work: the message comes again, and the work is safe to repeat.
    pub async fn while_hidden<T>(
        &self,
        messages: &[QueueMessage],
        every: Duration,
        work: impl Future<Output = T>,
    ) -> T {
        let seconds = u32::try_from(every.as_secs().saturating_mul(2)).unwrap_or(u32::MAX).saturating_add(10);
        let heartbeat = async {
            loop {
                tokio::time::sleep(every).await;
                for message in messages {
                    if let Err(error) = self.extend(&message.receipt, seconds).await {
                        tracing::debug!("a message could not be kept hidden: {error}");
                    }
                }
            }
        };
        tokio::select! {
            biased;
            done = work => done,
            never = heartbeat => never,
        }
    }

    async fn ask_queue(&self, call: Call<'_>) -> Result<Vec<QueueMessage>, HostError> {
        let identity = self.0.identity.as_ref().ok_or(HostError::NotSignedIn)?;
        let (access, routes) = match identity.subject {
            Subject::Machine(_) => (
                route::STUDIO_QUEUE_ACCESS,
                [route::STUDIO_QUEUE, route::STUDIO_QUEUE_DELETE, route::STUDIO_QUEUE_EXTEND],
            ),
            Subject::Lab(_) => (
                route::LAB_QUEUE_ACCESS,
                [route::LAB_QUEUE, route::LAB_QUEUE_DELETE, route::LAB_QUEUE_EXTEND],
            ),
        };
        #[cfg(feature = "sqs")]
        {
            let mut renewed = false;
            while let Some(queue) = self.sqs(access).await? {
                match queue.ask(&call).await {
                    Err(refused) if refused.wants_new_credentials && !renewed => {
                        self.forget_queue(&queue).await;
                        renewed = true;
                    }
                    other => return other.map_err(|refused| refused.error),
                }
            }
        }
        #[cfg(not(feature = "sqs"))]
        self.only_http(access).await?;
        self.ask_host(call, routes).await
    }

    /// The queue at SQS, with credentials that are good for a while; `None` where the host itself is polled.
    #[cfg(feature = "sqs")]
    async fn sqs(&self, path: &str) -> Result<Option<std::sync::Arc<crate::sqs::SqsQueue>>, HostError> {
        let mut known = self.0.queue.lock().await;
        let old = match &*known {
            Some(Way::Http) => return Ok(None),
            Some(Way::Sqs(queue)) if !queue.is_due() => return Ok(Some(queue.clone())),
            Some(Way::Sqs(queue)) => Some(queue.clone()),
            None => None,
        };
        let access: QueueAccess = match (self.get(path).await, old) {
            (Ok(access), _) => access,
            // The host is away; SQS may not be, and the credentials still hold.
            (Err(error), Some(old)) if error.is_retryable() && old.holds() => {
                tracing::warn!("credentials for the queue could not be renewed yet: {error}");
                return Ok(Some(old));
            }
            (Err(error), _) => return Err(error),
        };
        match crate::sqs::SqsQueue::open(access, &self.0.clock) {
            None => {
                *known = Some(Way::Http);
                Ok(None)
            }
            Some(queue) => {
                let queue = std::sync::Arc::new(queue);
                *known = Some(Way::Sqs(queue.clone()));
                Ok(Some(queue))
            }
        }
    }

    /// Another request may have renewed it meanwhile.
    #[cfg(feature = "sqs")]
    async fn forget_queue(&self, refused: &std::sync::Arc<crate::sqs::SqsQueue>) {
        let mut known = self.0.queue.lock().await;
        if matches!(&*known, Some(Way::Sqs(queue)) if std::sync::Arc::ptr_eq(queue, refused)) {
            *known = None;
        }
    }

    #[cfg(not(feature = "sqs"))]
    async fn only_http(&self, path: &str) -> Result<(), HostError> {
        let mut known = self.0.queue.lock().await;
        if known.is_none() {
            match self.get(path).await? {
                QueueAccess::Http => *known = Some(Way::Http),
                QueueAccess::Sqs { .. } => return Err(HostError::NoSqs),
            }
        }
        Ok(())
    }

    async fn ask_host(&self, call: Call<'_>, routes: [&str; 3]) -> Result<Vec<QueueMessage>, HostError> {
        let [receive, delete, extend] = routes;
        match call {
            Call::Receive(wait) => {
                let path = format!("{receive}?wait={}", wait.as_secs());
                self.call(Method::GET, &path, None::<&()>, wait).await
            }
            Call::Delete(receipts) => {
                self.post_unit(delete, &QueueReceipts { receipts }).await.map(|()| Vec::new())
            }
            Call::Extend { receipt, seconds } => {
                let ask = ExtendVisibility { receipt: receipt.to_owned(), seconds };
                self.post_unit(extend, &ask).await.map(|()| Vec::new())
            }
        }
    }
}
