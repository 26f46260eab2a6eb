//! The queue at Amazon SQS, with credentials that reach it and nothing else and end within the hour.

use std::time::{Duration, Instant, SystemTime};

use aws_sdk_sqs::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
    types::MessageSystemAttributeName,
};
use aws_smithy_async::time::TimeSource;
use aws_smithy_http_client::{Builder, tls};
use wire::queue::{QueueAccess, QueueMessage};

use crate::{HostError, clock::HostClock, error::innermost, queue::Call, session::renewal};

/// As many as one answer of SQS holds.
const AT_ONCE: i32 = 10;
/// A message that is neither deleted nor extended comes back after this. The host's own queue does the same.
const VISIBILITY_SECONDS: i32 = 60;
/// Longer than the longest poll.
const ATTEMPT: Duration = Duration::from_secs(50);

pub(crate) struct SqsQueue {
    client: Client,
    url: String,
    renew_at: Instant,
    ends_at: Instant,
}

/// Why SQS did not do what was asked.
pub(crate) struct Refused {
    /// The credentials ended, or the clock or the queue's address changed: the host knows better ones.
    pub(crate) wants_new_credentials: bool,
    pub(crate) error: HostError,
}

/// The time requests are signed with: SQS refuses signatures that are minutes off.
#[derive(Debug)]
struct Shifted {
    millis: i64,
}

impl TimeSource for Shifted {
    fn now(&self) -> SystemTime {
        let by = Duration::from_millis(self.millis.unsigned_abs());
        let now = SystemTime::now();
        let shifted = if self.millis < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        shifted.unwrap_or(now)
    }
}

impl SqsQueue {
    /// `None` when the host wants to be polled itself.
    pub(crate) fn open(access: QueueAccess, clock: &HostClock) -> Option<Self> {
        let QueueAccess::Sqs {
            queue_url,
            region,
            endpoint,
            access_key_id,
            secret_access_key,
            session_token,
            expires_at,
        } = access
        else {
            return None;
        };
        let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(10))
            .operation_attempt_timeout(ATTEMPT);
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .credentials_provider(Credentials::new(
                access_key_id,
                secret_access_key,
                Some(session_token),
                None,
                "the host's answer",
            ))
            .time_source(Shifted { millis: clock.offset() })
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(timeouts.build())
            .http_client(Builder::new().tls_provider(ring).build_https());
        let config = match endpoint {
            Some(endpoint) => config.endpoint_url(endpoint),
            None => config,
        };
        let left = u64::try_from(expires_at.0.saturating_sub(clock.now())).unwrap_or(0);
        Some(Self {
            client: Client::from_conf(config.build()),
            url: queue_url,
            renew_at: renewal(expires_at.0, clock.now()),
            ends_at: Instant::now() + Duration::from_millis(left),
        })
    }

    /// Time to ask the host for new credentials.
    pub(crate) fn is_due(&self) -> bool {
        self.renew_at <= Instant::now()
    }

    /// Whether SQS still takes these.
    pub(crate) fn holds(&self) -> bool {
        self.ends_at > Instant::now()
    }

    pub(crate) async fn ask(&self, call: &Call<'_>) -> Result<Vec<QueueMessage>, Refused> {
        match call {
            Call::Receive(wait) => self.receive(*wait).await,
            Call::Delete(receipts) => self.delete(receipts).await,
            Call::Extend { receipt, seconds } => self.extend(receipt, *seconds).await,
        }
    }

    async fn receive(&self, wait: Duration) -> Result<Vec<QueueMessage>, Refused> {
        let request = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(AT_ONCE)
            .visibility_timeout(VISIBILITY_SECONDS)
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or(0))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        let answer = request.send().await.map_err(|e| refused("read", e))?;
        let messages = answer.messages.unwrap_or_default().into_iter();
        Ok(messages
            .filter_map(|message| {
                let receives = message
                    .attributes
                    .as_ref()
                    .and_then(|a| a.get(&MessageSystemAttributeName::ApproximateReceiveCount))
                    .and_then(|count| count.parse().ok())
                    .unwrap_or(1);
                Some(QueueMessage { receipt: message.receipt_handle?, body: message.body?, receives })
            })
            .collect())
    }

    /// One by one: a doorbell rarely brings more than one. A receipt that is too old deletes nothing, which is
    /// no error, as at the host's own queue: the message comes again.
    async fn delete(&self, receipts: &[String]) -> Result<Vec<QueueMessage>, Refused> {
        for receipt in receipts {
            match self.client.delete_message().queue_url(&self.url).receipt_handle(receipt).send().await {
                Err(error) if is_old_receipt(error.as_service_error().and_then(|e| e.code())) => {}
                other => drop(other.map_err(|e| refused("tidied", e))?),
            }
        }
        Ok(Vec::new())
    }

    async fn extend(&self, receipt: &str, seconds: u32) -> Result<Vec<QueueMessage>, Refused> {
        let request = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt)
            .visibility_timeout(i32::try_from(seconds).unwrap_or(i32::MAX));
        request.send().await.map_err(|e| refused("told to wait", e))?;
        Ok(Vec::new())
    }
}

fn refused<E>(what: &'static str, error: SdkError<E>) -> Refused
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(|e| e.code()).unwrap_or_default();
    let status = error.raw_response().map(|r| r.status().as_u16());
    // A refusal without a code that can be read is a refusal all the same.
    let wants_new_credentials =
        wants_new_credentials(code) || (code.is_empty() && matches!(status, Some(401 | 403)));
    let passing = match status {
        None => true,
        Some(status) => status == 429 || status >= 500 || is_throttling(code),
    };
    // SQS's own words where it gave any; else what kept it from answering.
    let why = match (error.as_service_error().and_then(|e| e.message()), status) {
        (Some(message), _) => format!("{code}: {message}"),
        (None, Some(status)) if code.is_empty() => {
            format!("HTTP {status}, without a reason that can be read")
        }
        (None, _) => innermost(&error),
    };
    let why = domain::text::one_line(&why, 300);
    Refused {
        wants_new_credentials,
        error: HostError::Sqs { what, why, passing, source: Some(Box::new(error)) },
    }
}

/// What SQS says when the credentials, the time they were used at or the queue's address no longer hold.
fn wants_new_credentials(code: &str) -> bool {
    // Some codes come with a namespace before and a word after: `AWS.SimpleQueueService.NonExistentQueue`.
    let code = code.rsplit(['.', '#']).next().unwrap_or(code);
    matches!(
        code.trim_end_matches("Exception"),
        "ExpiredToken"
            | "RequestExpired"
            | "InvalidClientTokenId"
            | "UnrecognizedClient"
            | "InvalidSecurity"
            | "InvalidAccessKeyId"
            | "AccessDenied"
            | "SignatureDoesNotMatch"
            | "InvalidSignature"
            | "RequestTimeTooSkewed"
            | "NonExistentQueue"
            | "QueueDoesNotExist"
    )
}

fn is_old_receipt(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.contains("ReceiptHandleIsInvalid"))
}

fn is_throttling(code: &str) -> bool {
    let code = code.rsplit(['.', '#']).next().unwrap_or(code);
    matches!(
        code.trim_end_matches("Exception"),
        "RequestThrottled"
            | "Throttling"
            | "ThrottledRequest"
            | "TooManyRequests"
            | "KmsThrottled"
            | "SlowDown"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_with_and_without_namespace() {
        for code in [
            "ExpiredToken",
            "ExpiredTokenException",
            "AWS.SimpleQueueService.NonExistentQueue",
            "com.amazonaws.sqs#QueueDoesNotExist",
        ] {
            assert!(wants_new_credentials(code), "{code}");
        }
        for code in ["", "InvalidParameterValue", "RequestThrottled", "ReceiptHandleIsInvalid"] {
            assert!(!wants_new_credentials(code), "{code}");
        }
        assert!(is_throttling("RequestThrottled") && is_throttling("ThrottlingException"));
    }

    #[test]
    fn signatures_carry_the_hosts_time() {
        let ahead = Shifted { millis: 600_000 }.now().duration_since(SystemTime::now()).unwrap();
        assert!((595..=601).contains(&ahead.as_secs()), "{ahead:?}");
        assert!(Shifted { millis: i64::MIN }.now() <= SystemTime::now());
    }
}
