//! Writing many items that do not compete.

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use ports::{PortError, PortResult};

use super::{Item, TABLE, TRIES, Table, write::back_off};
use crate::fault;

/// The most one BatchWriteItem takes.
const BATCH: usize = 25;

impl Table {
    /// Puts of items that do not compete, without a condition.
    pub(crate) async fn put_all(&self, items: Vec<Item>) -> PortResult<()> {
        for chunk in items.chunks(BATCH) {
            let mut left = Vec::with_capacity(chunk.len());
            for item in chunk {
                let put = PutRequest::builder().set_item(Some(item.clone())).build();
                let put = put.map_err(|e| PortError::unavailable(TABLE, e))?;
                left.push(WriteRequest::builder().put_request(put).build());
            }
            self.write_batch(left).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, mut left: Vec<WriteRequest>) -> PortResult<()> {
        for attempt in 0..TRIES {
            let sent = self.client.batch_write_item().request_items(&self.name, left).send().await;
            let answer = sent.map_err(|e| fault::port(TABLE, &e))?;
            left = answer.unprocessed_items.into_iter().flatten().flat_map(|(_, writes)| writes).collect();
            if left.is_empty() {
                return Ok(());
            }
            back_off(attempt).await;
        }
        Err(PortError::Throttled { what: TABLE.into(), retry_after_seconds: 1 })
    }
}
