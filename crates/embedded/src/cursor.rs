//! Opaque tokens that continue a listing: the last key, in base64.

use data_encoding::BASE64URL_NOPAD;
use ports::{Page, PortError, PortResult};

pub(crate) fn encode(key: &str) -> String {
    BASE64URL_NOPAD.encode(key.as_bytes())
}

pub(crate) fn decode(cursor: &str) -> PortResult<String> {
    BASE64URL_NOPAD
        .decode(cursor.as_bytes())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| PortError::invalid("the cursor", "it is not one this host gave out"))
}

/// For listings in the order of a row number; 0 starts.
pub(crate) fn number(cursor: Option<&str>) -> PortResult<i64> {
    let Some(cursor) = cursor else { return Ok(0) };
    decode(cursor)?.parse().map_err(|_| PortError::invalid("the cursor", "it is not one this host gave out"))
}

pub(crate) fn text(cursor: Option<&str>) -> PortResult<String> {
    cursor.map_or(Ok(String::new()), decode)
}

/// Makes a page of `limit + 1` rows that were asked for.
pub(crate) fn page<T>(mut items: Vec<T>, limit: u32, key: impl Fn(&T) -> String) -> Page<T> {
    let limit = limit.max(1) as usize;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| encode(&key(last)));
    Page { items, next }
}

/// How many rows to ask for, to know whether there are more.
pub(crate) fn one_more(limit: u32) -> i64 {
    i64::from(limit.clamp(1, 1_000)) + 1
}
