//! SQS messages that tell of stored objects, as S3 sends them.

use std::future::Future;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::LambdaEvent;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use wire::event::ObjectStored;

use crate::batch::{budget, failures};

/// Why one message failed.
#[derive(Debug, thiserror::Error)]
enum MessageError<E: std::error::Error + 'static> {
    #[error("the message is not S3's: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("{key} could not be handled")]
    Handle {
        key: String,
        #[source]
        source: E,
    },
}

/// Hands every stored object of a batch to `handle`; reports the messages that failed, and only those.
pub async fn objects<F, Fut, E>(event: LambdaEvent<SqsEvent>, handle: F) -> SqsBatchResponse
where
    F: Fn(ObjectStored) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(), E>> + Send,
    E: std::error::Error + Send + 'static,
{
    let budget = budget(event.context.deadline());
    let messages = event.payload.records.into_iter();
    let messages = messages.map(|m| (m.message_id.unwrap_or_default(), m.body.unwrap_or_default()));
    let failed = failures(messages.collect(), budget, |body: String| {
        let handle = handle.clone();
        async move {
            for key in keys(&body)? {
                let stored = ObjectStored { key: key.clone() };
                handle(stored).await.map_err(|source| MessageError::Handle { key, source })?;
            }
            Ok::<(), MessageError<E>>(())
        }
    });
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed.await);
    response
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Notification {
    Stored {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
    /// Sent once when a bucket's notifications are set up.
    Test {
        #[serde(rename = "Event")]
        event: TestEvent,
    },
}

#[derive(Deserialize)]
enum TestEvent {
    #[serde(rename = "s3:TestEvent")]
    Test,
}

#[derive(Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// The keys a message names. S3 writes them as in a form: percent-encoded, a space as `+`.
fn keys(body: &str) -> Result<Vec<String>, serde_json::Error> {
    Ok(match serde_json::from_str(body)? {
        Notification::Test { event: TestEvent::Test } => Vec::new(),
        Notification::Stored { records } => records.into_iter().map(|r| decode(&r.s3.object.key)).collect(),
    })
}

fn decode(key: &str) -> String {
    percent_decode_str(&key.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use lambda_runtime::Context;

    use super::*;

    /// As S3 documents it ("Event message structure"), shortened.
    fn stored(key: &str) -> String {
        serde_json::json!({"Records": [{
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": "records"},
                "object": {"key": key, "size": 12, "eTag": "0", "sequencer": "0055"}}
        }]})
        .to_string()
    }

    const TEST: &str = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"b","RequestId":"r","HostId":"h"}"#;

    #[test]
    fn keys_are_decoded_and_the_test_event_names_none() {
        assert_eq!(keys(&stored("batches/a+b%2Bc%C3%A9.json")).unwrap(), ["batches/a b+cé.json"]);
        assert!(keys(TEST).unwrap().is_empty());
        for poison in ["", "no", "{}", r#"{"Event":"other"}"#, r#"{"Records":[{"s3":{}}]}"#, "[1]"] {
            assert!(keys(poison).is_err(), "{poison}");
        }
    }

    #[tokio::test]
    async fn a_poisoned_message_is_reported_and_the_others_are_handled() {
        let bodies = [stored("one"), "poison".into(), TEST.into(), stored("refused"), stored("two")];
        let records = bodies.iter().enumerate();
        let records: Vec<_> = records
            .map(|(n, body)| serde_json::json!({"messageId": format!("m{n}"), "body": body}))
            .collect();
        let event: SqsEvent = serde_json::from_value(serde_json::json!({ "Records": records })).unwrap();
        let mut context = Context::default();
        context.deadline = u64::MAX / 2;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let response = objects(LambdaEvent::new(event, context), {
            let seen = seen.clone();
            move |stored: ObjectStored| {
                let seen = seen.clone();
                async move {
                    if stored.key == "refused" {
                        return Err(std::io::Error::other("not today"));
                    }
                    seen.lock().unwrap().push(stored.key);
                    Ok(())
                }
            }
        });
        let failed: Vec<_> =
            response.await.batch_item_failures.into_iter().map(|f| f.item_identifier).collect();
        assert_eq!(failed, ["m1", "m3"]);
        let mut seen = seen.lock().unwrap().clone();
        seen.sort();
        assert_eq!(seen, ["one", "two"]);
    }
}
