//! A queue of SQS per agent machine and per lab, made at enrolment.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use aws_config::{Region, SdkConfig};
use aws_sdk_sqs::types::{MessageSystemAttributeName, QueueAttributeName};
use ports::{
    PortError, PortResult, Queues,
    queues::{Access, QueueName, Received},
};

use crate::{QueueArn, Settings, clients, fault};

const WHAT: &str = "the queue";
/// After this many receives a message goes to the dead-letter queue. Never 1: a lost answer is no failure.
const MAX_RECEIVES: u32 = 10;
const KEPT_SECONDS: u32 = 14 * 24 * 3_600;
/// Until the receiver says how long it needs.
const HIDDEN_SECONDS: u32 = 60;
const LONGEST_WAIT: Duration = Duration::from_secs(20);
const LONGEST_HIDDEN: Duration = Duration::from_secs(12 * 3_600);
const MOST_AT_ONCE: u32 = 10;

/// Addresses of queues, learnt once.
#[derive(Default)]
pub(crate) struct Urls(Mutex<HashMap<QueueName, String>>);

impl Urls {
    fn get(&self, queue: QueueName) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&queue).cloned()
    }
    fn keep(&self, queue: QueueName, url: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(queue, url.to_owned());
    }
}

fn seconds(time: Duration, longest: Duration) -> i32 {
    // Rounded up: a message that comes back too early is worked on twice.
    let whole = time.min(longest).as_millis().div_ceil(1_000);
    i32::try_from(whole).unwrap_or(i32::MAX)
}

pub(crate) struct Doorbells {
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) settings: Settings,
    pub(crate) region: String,
    /// Set where an emulator stands in for AWS.
    pub(crate) endpoint: Option<String>,
    urls: Urls,
}

impl Doorbells {
    pub(crate) fn new(sdk: &SdkConfig, settings: &Settings) -> Self {
        Self {
            // A long poll waits for up to 20 s.
            sqs: aws_sdk_sqs::Client::new(sdk),
            sts: aws_sdk_sts::Client::new(&clients::quick(sdk)),
            settings: settings.clone(),
            region: sdk.region().map(Region::to_string).unwrap_or_default(),
            endpoint: sdk.endpoint_url().map(str::to_owned),
            urls: Urls::default(),
        }
    }

    pub(crate) fn queue_name(&self, queue: QueueName) -> String {
        format!("{}{queue}", self.settings.queue_prefix)
    }

    fn dead_letters(&self, queue: QueueName) -> &QueueArn {
        match queue {
            QueueName::Machine(_) => &self.settings.agent_dead_letters,
            QueueName::Lab(_) => &self.settings.lab_dead_letters,
        }
    }

    pub(crate) fn queue_arn(&self, queue: QueueName) -> String {
        self.dead_letters(queue).sibling(&self.queue_name(queue))
    }

    pub(crate) async fn queue_url(&self, queue: QueueName) -> PortResult<String> {
        if let Some(url) = self.urls.get(queue) {
            return Ok(url);
        }
        let asked = self.sqs.get_queue_url().queue_name(self.queue_name(queue)).send().await;
        let answer = asked.map_err(|e| fault::port(WHAT, &e))?;
        let url = answer.queue_url.ok_or_else(|| PortError::unavailable(WHAT, "SQS gave no address"))?;
        self.urls.keep(queue, &url);
        Ok(url)
    }
}

#[async_trait]
impl Queues for Doorbells {
    async fn ensure(&self, queue: QueueName) -> PortResult<()> {
        let redrive = serde_json::json!({
            "deadLetterTargetArn": self.dead_letters(queue).as_str(),
            "maxReceiveCount": MAX_RECEIVES,
        });
        let attributes: HashMap<QueueAttributeName, String> = [
            (QueueAttributeName::RedrivePolicy, redrive.to_string()),
            (QueueAttributeName::MessageRetentionPeriod, KEPT_SECONDS.to_string()),
            (QueueAttributeName::VisibilityTimeout, HIDDEN_SECONDS.to_string()),
            (QueueAttributeName::ReceiveMessageWaitTimeSeconds, LONGEST_WAIT.as_secs().to_string()),
            (QueueAttributeName::SqsManagedSseEnabled, "true".to_owned()),
        ]
        .into();
        let name = self.queue_name(queue);
        let create = self.sqs.create_queue().queue_name(&name);
        match create.set_attributes(Some(attributes.clone())).send().await {
            Ok(made) => {
                if let Some(url) = made.queue_url {
                    self.urls.keep(queue, &url);
                }
                Ok(())
            }
            // Made by an earlier release with other attributes.
            Err(e)
                if fault::code(&e)
                    .is_some_and(|c| c.ends_with("QueueNameExists") || c.ends_with("QueueAlreadyExists")) =>
            {
                let url = self.queue_url(queue).await?;
                let set = self.sqs.set_queue_attributes().queue_url(url);
                let sent = set.set_attributes(Some(attributes)).send().await;
                sent.map(drop).map_err(|e| fault::port(WHAT, &e))
            }
            Err(e) => Err(fault::port(WHAT, &e)),
        }
    }

    async fn send(&self, queue: QueueName, body: &str) -> PortResult<()> {
        let url = self.queue_url(queue).await?;
        let sent = self.sqs.send_message().queue_url(url).message_body(body).send().await;
        sent.map(drop).map_err(|e| fault::port(WHAT, &e))
    }

    async fn receive(
        &self,
        queue: QueueName,
        max: u32,
        wait: Duration,
        visibility: Duration,
    ) -> PortResult<Vec<Received>> {
        let url = self.queue_url(queue).await?;
        let answer = self
            .sqs
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(i32::try_from(max.clamp(1, MOST_AT_ONCE)).unwrap_or(1))
            .wait_time_seconds(seconds(wait, LONGEST_WAIT))
            .visibility_timeout(seconds(visibility, LONGEST_HIDDEN))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .send()
            .await
            .map_err(|e| fault::port(WHAT, &e))?;
        let received = answer.messages.unwrap_or_default().into_iter().filter_map(|message| {
            let receives = message
                .attributes
                .as_ref()
                .and_then(|a| a.get(&MessageSystemAttributeName::ApproximateReceiveCount))
                .and_then(|count| count.parse().ok());
            Some(Received {
                receipt: message.receipt_handle?,
                body: message.body.unwrap_or_default(),
                receives: receives.unwrap_or(1),
            })
        });
        Ok(received.collect())
    }

    async fn delete(&self, queue: QueueName, receipt: &str) -> PortResult<()> {
        let url = self.queue_url(queue).await?;
        let sent = self.sqs.delete_message().queue_url(url).receipt_handle(receipt).send().await;
        match sent {
            Ok(_) => Ok(()),
            Err(e) if old_receipt(fault::code(&e)) => Ok(()),
            Err(e) => Err(fault::port(WHAT, &e)),
        }
    }

    async fn extend(&self, queue: QueueName, receipt: &str, visibility: Duration) -> PortResult<()> {
        let url = self.queue_url(queue).await?;
        let change = self.sqs.change_message_visibility().queue_url(url).receipt_handle(receipt);
        match change.visibility_timeout(seconds(visibility, LONGEST_HIDDEN)).send().await {
            Ok(_) => Ok(()),
            Err(e) if old_receipt(fault::code(&e)) => Err(PortError::conflict("the message")),
            Err(e) => Err(fault::port(WHAT, &e)),
        }
    }

    async fn access(&self, queue: QueueName) -> PortResult<Access> {
        self.session_for(queue).await
    }
}

/// Whether SQS says that the receipt is no longer, or never was, one of a message in work.
fn old_receipt(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    ["MessageNotInflight", "ReceiptHandleIsInvalid", "InvalidParameterValue", "InvalidIdFormat"]
        .iter()
        .any(|known| code.ends_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up_and_bounded() {
        let hidden = |millis| seconds(Duration::from_millis(millis), LONGEST_HIDDEN);
        assert_eq!([hidden(0), hidden(1), hidden(2_000), hidden(2_001)], [0, 1, 2, 3]);
        assert_eq!(seconds(Duration::from_secs(60), LONGEST_WAIT), 20);
    }

    #[test]
    fn names_fit_into_what_sqs_takes() {
        let name = QueueName::Machine(domain::id::MachineId::from_bytes([255; 16])).to_string();
        assert!(name.len() <= 80 - "darkslide-production-".len(), "{name}");
    }
}
