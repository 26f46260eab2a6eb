//! Writing items: one, or several in one transaction. Every write that could compete has a condition.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update},
};
use ports::{PortError, PortResult};
use serde::Serialize;

use super::{Item, TABLE, TRIES, Table, attributes};
use crate::{fault, keys::Key};

/// The most one transaction holds.
const TRANSACTION: usize = 100;

/// One item's write, with the condition it is made on.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    kind: Kind,
    condition: Option<String>,
    names: Vec<(&'static str, &'static str)>,
    values: Vec<(&'static str, AttributeValue)>,
}

#[derive(Clone, Debug)]
enum Kind {
    Put(Item),
    Update(Key, String),
    Delete(Key),
    Check(Key),
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Yes,
    /// Nothing was written; the writes at these places found their condition false.
    Refused(BTreeSet<usize>),
}

impl Write {
    fn of(kind: Kind) -> Self {
        Self { kind, condition: None, names: Vec::new(), values: Vec::new() }
    }
    pub(crate) fn put<T: Serialize>(what: &str, item: &T) -> PortResult<Self> {
        let item = serde_dynamo::to_item(item).map_err(|e| PortError::corrupt(what, e))?;
        Ok(Self::of(Kind::Put(item)))
    }
    pub(crate) fn update(key: Key, expression: impl Into<String>) -> Self {
        Self::of(Kind::Update(key, expression.into()))
    }
    pub(crate) fn delete(key: Key) -> Self {
        Self::of(Kind::Delete(key))
    }
    /// Writes nothing, and stops the transaction unless its condition holds.
    pub(crate) fn check(key: Key) -> Self {
        Self::of(Kind::Check(key))
    }
    pub(crate) fn when(self, condition: impl Into<String>) -> Self {
        Self { condition: Some(condition.into()), ..self }
    }
    pub(crate) fn when_new(self) -> Self {
        self.when("attribute_not_exists(pk)")
    }
    pub(crate) fn name(mut self, short: &'static str, name: &'static str) -> Self {
        self.names.push((short, name));
        self
    }
    pub(crate) fn value(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.values.push((name, value));
        self
    }
    pub(crate) fn text(self, name: &'static str, value: impl Into<String>) -> Self {
        self.value(name, AttributeValue::S(value.into()))
    }
    pub(crate) fn number(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.value(name, AttributeValue::N(value.to_string()))
    }

    fn names(&self) -> Option<std::collections::HashMap<String, String>> {
        let names = || self.names.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        (!self.names.is_empty()).then(names)
    }
    fn values(&self) -> Option<Item> {
        let values = || self.values.iter().map(|(a, b)| ((*a).to_owned(), b.clone())).collect();
        (!self.values.is_empty()).then(values)
    }

    fn transact(&self, table: &str) -> PortResult<TransactWriteItem> {
        let broken = |e| PortError::unavailable(TABLE, e);
        let write = TransactWriteItem::builder();
        let (names, values) = (self.names(), self.values());
        Ok(match &self.kind {
            Kind::Put(item) => write.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(item.clone()))
                    .set_condition_expression(self.condition.clone())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(broken)?,
            ),
            Kind::Update(key, expression) => write.update(
                Update::builder()
                    .table_name(table)
                    .set_key(Some(attributes(key)))
                    .update_expression(expression)
                    .set_condition_expression(self.condition.clone())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(broken)?,
            ),
            Kind::Delete(key) => write.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(attributes(key)))
                    .set_condition_expression(self.condition.clone())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(broken)?,
            ),
            Kind::Check(key) => write.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(attributes(key)))
                    .set_condition_expression(self.condition.clone())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .build()
                    .map_err(broken)?,
            ),
        }
        .build())
    }
}

/// What one try came to.
enum Tried {
    Yes,
    Refused(BTreeSet<usize>),
    /// Another transaction had one of the items in hand, or the table was busy.
    Busy,
}

impl Table {
    /// All of the writes or none.
    pub(crate) async fn commit(&self, writes: &[Write]) -> PortResult<Done> {
        if writes.len() > TRANSACTION {
            let why = format!("it takes {} writes at once, and at most {TRANSACTION} fit", writes.len());
            return Err(PortError::invalid("the change", why));
        }
        for attempt in 0..TRIES {
            let tried = match writes {
                [] => Tried::Yes,
                // Alone it costs half of what it costs in a transaction.
                [one] if !matches!(one.kind, Kind::Check(_)) => self.write_one(one).await?,
                several => self.transact(several).await?,
            };
            match tried {
                Tried::Yes => return Ok(Done::Yes),
                Tried::Refused(which) => return Ok(Done::Refused(which)),
                Tried::Busy => back_off(attempt).await,
            }
        }
        Err(PortError::Throttled { what: TABLE.into(), retry_after_seconds: 1 })
    }

    async fn transact(&self, writes: &[Write]) -> PortResult<Tried> {
        let items = writes.iter().map(|w| w.transact(&self.name)).collect::<PortResult<Vec<_>>>()?;
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        let error = match sent {
            Ok(_) => return Ok(Tried::Yes),
            Err(error) => error,
        };
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
        else {
            return match fault::code(&error) {
                Some("TransactionInProgressException") => Ok(Tried::Busy),
                _ => Err(fault::port(TABLE, &error)),
            };
        };
        let reasons: Vec<&str> =
            cancelled.cancellation_reasons().iter().map(|r| r.code().unwrap_or("None")).collect();
        let refused: BTreeSet<usize> =
            (0..reasons.len()).filter(|i| reasons[*i] == "ConditionalCheckFailed").collect();
        let may_pass = |r: &&str| {
            matches!(*r, "None" | "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")
        };
        if !refused.is_empty() {
            Ok(Tried::Refused(refused))
        } else if !reasons.is_empty() && reasons.iter().all(may_pass) {
            Ok(Tried::Busy)
        } else {
            Err(fault::port(TABLE, &error))
        }
    }

    async fn write_one(&self, write: &Write) -> PortResult<Tried> {
        let (names, values, condition) = (write.names(), write.values(), write.condition.clone());
        match &write.kind {
            Kind::Put(item) => {
                let request = self.client.put_item().table_name(&self.name).set_item(Some(item.clone()));
                let request = request
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values);
                judge(request.send().await)
            }
            Kind::Update(key, expression) => {
                let request = self.client.update_item().table_name(&self.name).set_key(Some(attributes(key)));
                let request = request
                    .update_expression(expression)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values);
                judge(request.send().await)
            }
            Kind::Delete(key) => {
                let request = self.client.delete_item().table_name(&self.name).set_key(Some(attributes(key)));
                let request = request
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values);
                judge(request.send().await)
            }
            Kind::Check(_) => self.transact(std::slice::from_ref(write)).await,
        }
    }

    /// Adds one to a counter, conditionally, and says what it is afterwards; `None`: the condition was false.
    pub(crate) async fn count(&self, write: &Write) -> PortResult<Option<u64>> {
        let Kind::Update(key, expression) = &write.kind else {
            return Err(PortError::invalid("the counter", "only an update counts"));
        };
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(attributes(key)))
            .update_expression(expression)
            .set_condition_expression(write.condition.clone())
            .set_expression_attribute_names(write.names())
            .set_expression_attribute_values(write.values())
            .return_values(aws_sdk_dynamodb::types::ReturnValue::UpdatedNew)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let n = answer.attributes.as_ref().and_then(|a| a.get("n")).and_then(|n| n.as_n().ok());
                Ok(n.and_then(|n| n.parse().ok()))
            }
            Err(e) if fault::code(&e) == Some("ConditionalCheckFailedException") => Ok(None),
            Err(e) => Err(fault::port(TABLE, &e)),
        }
    }
}

fn judge<O, E, R>(sent: Result<O, aws_sdk_dynamodb::error::SdkError<E, R>>) -> PortResult<Tried>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let Err(error) = sent else { return Ok(Tried::Yes) };
    match fault::code(&error) {
        Some("ConditionalCheckFailedException") => Ok(Tried::Refused([0].into())),
        Some("TransactionConflictException") => Ok(Tried::Busy),
        _ => Err(fault::port(TABLE, &error)),
    }
}

/// Longer each time, and never the same for two that met.
pub(crate) async fn back_off(attempt: u32) {
    let mut random = [0; 2];
    // Without randomness it waits the longest.
    let part = if getrandom::fill(&mut random).is_ok() { u16::from_be_bytes(random) } else { u16::MAX };
    let most = (10_u64 << attempt.min(6)).min(400);
    tokio::time::sleep(Duration::from_millis(5 + most * u64::from(part) / u64::from(u16::MAX))).await;
}
