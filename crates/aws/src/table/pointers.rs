//! Items that are nothing but their key: what lists point with.

use std::str::FromStr;

use ports::{PortError, PortResult};
use serde::{Deserialize, Serialize};

use super::{Query, Table};
use crate::keys::Key;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pointer {
    pub pk: String,
    pub sk: String,
}

impl Pointer {
    pub(crate) fn new(key: Key) -> Self {
        Self { pk: key.pk, sk: key.sk }
    }

    /// The n-th part of the sort key.
    pub(crate) fn part<T>(&self, what: &str, n: usize) -> PortResult<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let part = self.sk.split('#').nth(n).unwrap_or_default();
        part.parse().map_err(|e: T::Err| PortError::corrupt(what, format!("{part:?} in a key: {e}")))
    }
}

/// What a partition of pointers points at: the last part of each sort key.
pub(crate) async fn ids<T>(
    table: &Table,
    what: &str,
    query: &Query,
    limit: Option<usize>,
) -> PortResult<Vec<T>>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let found: Vec<Pointer> = table.rows(what, query, limit).await?;
    found.iter().map(|p| p.part(what, p.sk.matches('#').count())).collect()
}
