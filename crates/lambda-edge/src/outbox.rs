//! What wakes dispatch-orders: inserts into the outbox, from the table's stream, or the timer.

use std::future::Future;

use aws_lambda_events::{
    dynamodb,
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use lambda_runtime::LambdaEvent;
use ports::order_book::OutboxRow;
use serde::Deserialize;
use serde_dynamo::Item;

use crate::batch::{budget, failures};

/// An event as it comes: the stream's, or the schedule's `{"task":"resend"}`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Ask {
    Task { task: Task },
    Stream(dynamodb::Event),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Ring again for what nobody acknowledged, and for rows whose record the stream lost.
    Resend,
}

/// Hands every outbox row among a batch's inserts to `handle`; reports the records that failed. A stream
/// begins again at the first of them; rows after it are rung twice, which is harmless.
pub async fn rows<F, Fut, E>(
    event: LambdaEvent<dynamodb::Event>,
    read: impl Fn(&Item) -> Option<OutboxRow>,
    handle: F,
) -> DynamoDbEventResponse
where
    F: Fn(OutboxRow) -> Fut,
    Fut: Future<Output = Result<(), E>> + Send + 'static,
    E: std::error::Error + Send + 'static,
{
    let budget = budget(event.context.deadline());
    let mut found = Vec::new();
    for record in event.payload.records {
        // Renewed and removed rows are nobody's concern; an insert that is no row passed the filter by mistake.
        if record.event_name != "INSERT" {
            continue;
        }
        match read(&record.change.new_image) {
            Some(row) => found.push((record.change.sequence_number.unwrap_or_default(), row)),
            None => tracing::debug!(event = record.event_id, "an insert that is no row of the outbox"),
        }
    }
    let failed = failures(found, budget, handle).await;
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures = failed.into_iter().map(failure).collect();
    response
}

fn failure(sequence_number: String) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = Some(sequence_number);
    failure
}

#[cfg(test)]
mod tests {
    use lambda_runtime::Context;
    use ports::order_book::OutboxEvent;
    use serde_json::json;

    use super::*;

    fn record(name: &str, id: &str, sequence: &str) -> serde_json::Value {
        json!({
            "eventID": id, "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "eu-central-1",
            "eventSourceARN": "arn:aws:dynamodb:eu-central-1:000000000000:table/t/stream/s",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_790_000_000,
                "Keys": {"pk": {"S": "k"}, "sk": {"S": id}},
                "NewImage": {"id": {"S": id}},
                "SequenceNumber": sequence, "SizeBytes": 9, "StreamViewType": "NEW_IMAGE"
            }
        })
    }

    fn read(item: &Item) -> Option<OutboxRow> {
        let id = item.get("id")?.clone();
        let serde_dynamo::AttributeValue::S(id) = id else { return None };
        let lab = domain::id::LabId::from_bytes([1; 16]);
        (id != "other").then_some(OutboxRow {
            id,
            event: OutboxEvent::Pairing { lab },
            at: Default::default(),
        })
    }

    #[test]
    fn the_timer_and_the_stream_are_told_apart() {
        let timer: Ask = serde_json::from_value(json!({"task": "resend"})).unwrap();
        assert!(matches!(timer, Ask::Task { task: Task::Resend }));
        let stream: Ask = serde_json::from_value(json!({"Records": [record("INSERT", "a", "1")]})).unwrap();
        assert!(matches!(stream, Ask::Stream(e) if e.records.len() == 1));
        for other in [json!({"task": "dance"}), json!({}), json!("resend"), json!(null)] {
            assert!(serde_json::from_value::<Ask>(other.clone()).is_err(), "{other}");
        }
    }

    #[tokio::test]
    async fn only_inserts_ring_and_the_failed_record_is_named() {
        let event = json!({"Records": [
            record("INSERT", "good", "1"), record("MODIFY", "bad", "2"), record("INSERT", "other", "3"),
            record("INSERT", "bad", "4"), record("INSERT", "last", "5"),
        ]});
        let mut context = Context::default();
        context.deadline = u64::MAX / 2;
        let event = LambdaEvent::new(serde_json::from_value(event).unwrap(), context);
        let (rang, heard) = std::sync::mpsc::channel();
        let response = rows(event, read, move |row| {
            let rang = rang.clone();
            async move {
                if row.id == "bad" {
                    return Err(std::io::Error::other("no such queue"));
                }
                rang.send(row.id).map_err(std::io::Error::other)
            }
        });
        let failed = response.await.batch_item_failures;
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].item_identifier.as_deref(), Some("4"));
        let mut rung: Vec<_> = heard.try_iter().collect();
        rung.sort();
        assert_eq!(rung, ["good", "last"]);
    }
}
