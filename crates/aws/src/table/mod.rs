//! The single table: reading items. Query, GetItem and BatchGetItem; never Scan.

mod bulk;
mod document;
pub(crate) mod pointers;
mod write;

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeysAndAttributes},
};
use ports::{PortError, PortResult};
use serde::de::DeserializeOwned;

pub(crate) use document::{Change, Next, Row};
pub(crate) use write::{Done, Write, back_off};

use crate::{
    fault,
    keys::{GSI1, GSI2, Key},
};

pub(crate) type Item = HashMap<String, AttributeValue>;

const TABLE: &str = "the host's database";
/// How many keys one BatchGetItem takes.
const BATCH: usize = 100;
/// How often a change is tried again when somebody else was first.
pub(crate) const TRIES: u32 = 16;

#[derive(Clone)]
pub(crate) struct Table {
    client: Client,
    name: String,
}

/// Which part of a partition, by sort key.
#[derive(Clone, Debug, Default)]
pub(crate) enum Range {
    #[default]
    All,
    After(String),
    Before(String),
    /// Both ends included.
    Between(String, String),
}

#[derive(Clone, Debug)]
pub(crate) struct Query {
    index: Option<&'static str>,
    partition: String,
    range: Range,
    backwards: bool,
    consistent: bool,
}

impl Query {
    /// A partition of the table, read consistently.
    pub(crate) fn of(partition: impl Into<String>) -> Self {
        Self {
            index: None,
            partition: partition.into(),
            range: Range::All,
            backwards: false,
            consistent: true,
        }
    }
    /// A partition of an index; indexes lag by a moment.
    pub(crate) fn index(index: &'static str, partition: impl Into<String>) -> Self {
        Self { index: Some(index), consistent: false, ..Self::of(partition) }
    }
    /// Half the price, and perhaps a moment old.
    pub(crate) fn relaxed(self) -> Self {
        Self { consistent: false, ..self }
    }
    pub(crate) fn range(self, range: Range) -> Self {
        Self { range, ..self }
    }
    pub(crate) fn after(self, key: Option<String>) -> Self {
        Self { range: key.map_or(Range::All, Range::After), ..self }
    }
    pub(crate) fn backwards(self) -> Self {
        Self { backwards: true, ..self }
    }
}

impl Table {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Read consistently.
    pub(crate) async fn get<T: DeserializeOwned>(&self, what: &str, key: &Key) -> PortResult<Option<T>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(attributes(key)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|e| fault::port(TABLE, &e))?;
        answer.item.map(|item| read(what, item)).transpose()
    }

    /// One request's worth, at most `limit` items; with it, whether there is more and from where.
    pub(crate) async fn query_once(
        &self,
        query: &Query,
        start: Option<Item>,
        limit: Option<usize>,
    ) -> PortResult<(Vec<Item>, Option<Item>)> {
        let (pk, sk) = match query.index {
            Some(GSI1) => ("gsi1pk", "gsi1sk"),
            Some(GSI2) => ("gsi2pk", "gsi2sk"),
            _ => ("pk", "sk"),
        };
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let mut request = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(query.index.map(str::to_owned))
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", text(&query.partition))
            .scan_index_forward(!query.backwards)
            .set_exclusive_start_key(start)
            .set_limit(limit.map(|limit| i32::try_from(limit.max(1)).unwrap_or(i32::MAX)));
        if query.index.is_none() {
            request = request.consistent_read(query.consistent);
        }
        let condition = match &query.range {
            Range::All => "#pk = :pk",
            Range::After(from) => {
                request = request.expression_attribute_values(":a", text(from));
                "#pk = :pk AND #sk > :a"
            }
            Range::Before(to) => {
                request = request.expression_attribute_values(":a", text(to));
                "#pk = :pk AND #sk < :a"
            }
            Range::Between(from, to) => {
                request = request.expression_attribute_values(":a", text(from));
                request = request.expression_attribute_values(":b", text(to));
                "#pk = :pk AND #sk BETWEEN :a AND :b"
            }
        };
        if !matches!(query.range, Range::All) {
            request = request.expression_attribute_names("#sk", sk);
        }
        let answer =
            request.key_condition_expression(condition).send().await.map_err(|e| fault::port(TABLE, &e))?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key.filter(|k| !k.is_empty())))
    }

    /// The first `limit` items, or all of them.
    pub(crate) async fn query(&self, query: &Query, limit: Option<usize>) -> PortResult<Vec<Item>> {
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            let left = limit.map(|limit| limit - found.len());
            let (items, next) = self.query_once(query, start, left).await?;
            found.extend(items);
            start = next;
            if start.is_none() || limit.is_some_and(|limit| found.len() >= limit) {
                return Ok(found);
            }
        }
    }

    pub(crate) async fn rows<T: DeserializeOwned>(
        &self,
        what: &str,
        query: &Query,
        limit: Option<usize>,
    ) -> PortResult<Vec<T>> {
        self.query(query, limit).await?.into_iter().map(|item| read(what, item)).collect()
    }

    /// The items under these keys, in the order of the keys; what is not there is left out.
    pub(crate) async fn batch<T: DeserializeOwned>(
        &self,
        what: &str,
        keys: &[Key],
        consistent: bool,
    ) -> PortResult<Vec<T>> {
        let mut found: HashMap<Key, Item> = HashMap::with_capacity(keys.len());
        let unique: Vec<&Key> = keys.iter().collect::<BTreeSet<_>>().into_iter().collect();
        for chunk in unique.chunks(BATCH) {
            let mut wanted: Vec<Item> = chunk.iter().map(|key| attributes(key)).collect();
            for attempt in 0..TRIES {
                let request = KeysAndAttributes::builder()
                    .set_keys(Some(wanted))
                    .consistent_read(consistent)
                    .build()
                    .map_err(|e| PortError::unavailable(TABLE, e))?;
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.name, request)
                    .send()
                    .await
                    .map_err(|e| fault::port(TABLE, &e))?;
                for item in answer.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                    if let (Some(pk), Some(sk)) = (text(&item, "pk"), text(&item, "sk")) {
                        found.insert(Key::new(pk, sk), item);
                    }
                }
                wanted = answer.unprocessed_keys.into_iter().flatten().flat_map(|(_, k)| k.keys).collect();
                if wanted.is_empty() {
                    break;
                }
                write::back_off(attempt).await;
            }
            if !wanted.is_empty() {
                return Err(PortError::Throttled { what: TABLE.into(), retry_after_seconds: 1 });
            }
        }
        keys.iter().filter_map(|key| found.get(key)).map(|item| read(what, item.clone())).collect()
    }
}

pub(crate) fn read<T: DeserializeOwned>(what: &str, item: Item) -> PortResult<T> {
    serde_dynamo::from_item(item).map_err(|e| PortError::corrupt(what, e))
}

pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

pub(crate) fn attributes(key: &Key) -> Item {
    [("pk", &key.pk), ("sk", &key.sk)]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())))
        .collect()
}

/// What an item counts for, roughly as DynamoDB counts it: names and values in UTF-8, a few bytes a container.
#[cfg(test)]
pub(crate) fn size(item: &Item) -> usize {
    fn of(value: &AttributeValue) -> usize {
        match value {
            AttributeValue::S(text) => text.len(),
            AttributeValue::N(digits) => digits.len() / 2 + 2,
            AttributeValue::B(bytes) => bytes.as_ref().len(),
            AttributeValue::L(list) => 3 + list.iter().map(|v| 1 + of(v)).sum::<usize>(),
            AttributeValue::M(map) => 3 + map.iter().map(|(k, v)| 1 + k.len() + of(v)).sum::<usize>(),
            _ => 1,
        }
    }
    item.iter().map(|(name, v)| name.len() + of(v)).sum()
}
