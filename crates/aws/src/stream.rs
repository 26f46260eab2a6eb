//! Rows of the outbox as the table's stream shows them to `dispatch-orders`.
//!
//! The stream is filtered to inserts of the outbox's partition:
//! `{"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["OUTBOX"]}}}}`.

use ports::order_book::OutboxRow;
use serde_dynamo::Item;

use crate::order_book::outbox;

/// The row in a stream record's new image; `None` when the image is of something else.
///
/// A row that cannot be read is logged and left where it is: it stays in the table, where
/// `OrderBook::outbox` reports it to the timer.
pub fn outbox_row(image: &Item) -> Option<OutboxRow> {
    match outbox::read(image.clone()) {
        Ok(row) => row,
        Err(error) => {
            tracing::error!(%error, "a stream record holds an outbox row that cannot be read");
            None
        }
    }
}
