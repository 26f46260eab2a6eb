//! Records as items: the record under `doc`, and beside it what keys, indexes and conditions need.

use ports::{PortError, PortResult};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Done, TRIES, Table, Write, write::back_off};
use crate::keys::Key;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row<T> {
    pub pk: String,
    pub sk: String,
    /// Grows with each change; changes are conditional on it.
    #[serde(default)]
    pub rev: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gsi1pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gsi1sk: Option<String>,
    pub doc: T,
}

impl<T> Row<T> {
    pub(crate) fn new(key: Key, doc: T) -> Self {
        Self { pk: key.pk, sk: key.sk, rev: 1, gsi1pk: None, gsi1sk: None, doc }
    }

    pub(crate) fn listed(self, list: Option<(String, String)>) -> Self {
        let (gsi1pk, gsi1sk) = list.unzip();
        Self { gsi1pk, gsi1sk, ..self }
    }
}

/// What a change makes of a record.
pub(crate) struct Change<T> {
    pub doc: T,
    /// Partition and sort key of `gsi1`.
    pub list: Option<(String, String)>,
    /// Written in the same transaction.
    pub also: Vec<Write>,
}

impl<T> Change<T> {
    pub(crate) fn to(doc: T) -> Self {
        Self { doc, list: None, also: Vec::new() }
    }
}

pub(crate) enum Next<T, R> {
    /// Nothing is written.
    Keep(R),
    Write(Change<T>, R),
}

impl Table {
    pub(crate) async fn doc<T: DeserializeOwned>(&self, what: &str, key: &Key) -> PortResult<Option<T>> {
        Ok(self.get::<Row<T>>(what, key).await?.map(|row| row.doc))
    }

    /// Reads a record, decides, and writes it if nobody else wrote meanwhile; otherwise decides again.
    pub(crate) async fn change<T, R>(
        &self,
        what: &str,
        key: &Key,
        decide: impl Fn(Option<T>) -> PortResult<Next<T, R>> + Send + Sync,
    ) -> PortResult<R>
    where
        T: Serialize + DeserializeOwned + Send,
        R: Send,
    {
        for attempt in 0..TRIES {
            let held: Option<Row<T>> = self.get(what, key).await?;
            let rev = held.as_ref().map(|row| row.rev);
            let (change, answer) = match decide(held.map(|row| row.doc))? {
                Next::Keep(answer) => return Ok(answer),
                Next::Write(change, answer) => (change, answer),
            };
            let mut row = Row::new(key.clone(), change.doc).listed(change.list);
            row.rev = rev.unwrap_or(0) + 1;
            let write = Write::put(what, &row)?;
            let mut writes = vec![match rev {
                None => write.when_new(),
                Some(rev) => write.when("rev = :rev").number(":rev", rev),
            }];
            writes.extend(change.also);
            match self.commit(&writes).await? {
                Done::Yes => return Ok(answer),
                Done::Refused(_) => back_off(attempt).await,
            }
        }
        Err(PortError::conflict(what))
    }
}
