//! Documents in JSON columns, and ids in text columns.

use std::str::FromStr;

use ports::PortError;
use rusqlite::{OptionalExtension, Params, Row};
use serde::{Serialize, de::DeserializeOwned};

use crate::fault::Step;

pub(crate) fn write<T: Serialize>(what: &str, value: &T) -> Step<String> {
    Ok(serde_json::to_string(value).map_err(|e| PortError::corrupt(what, e))?)
}

pub(crate) fn read<T: DeserializeOwned>(what: &str, json: &str) -> Step<T> {
    Ok(serde_json::from_str(json).map_err(|e| PortError::corrupt(what, e))?)
}

/// The document in the first column of at most one row.
pub(crate) fn one<T: DeserializeOwned>(
    db: &rusqlite::Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> Step<Option<T>> {
    let json: Option<String> = db.prepare_cached(sql)?.query_row(params, |r| r.get(0)).optional()?;
    json.map(|json| read(what, &json)).transpose()
}

/// The documents in the first column of all rows.
pub(crate) fn all<T: DeserializeOwned>(
    db: &rusqlite::Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> Step<Vec<T>> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(what, row.get_ref(0)?.as_str().map_err(|e| PortError::corrupt(what, e))?)?);
    }
    Ok(found)
}

/// An id out of a text column.
pub(crate) fn id<T>(row: &Row<'_>, column: &str) -> Step<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    Ok(text.parse().map_err(|e| PortError::corrupt(format!("column {column}"), e))?)
}
