//! Opaque tokens that continue a listing: the last sort key, in base64.

use data_encoding::BASE64URL_NOPAD;
use ports::{Page, PortError, PortResult};

/// The longest sort key DynamoDB takes.
const MAX_KEY_BYTES: usize = 1024;
const MAX_LIMIT: u32 = 1_000;

pub(crate) fn encode(key: &str) -> String {
    BASE64URL_NOPAD.encode(key.as_bytes())
}

/// The key a listing goes on after.
pub(crate) fn decode(cursor: Option<&str>) -> PortResult<Option<String>> {
    let refuse = || PortError::invalid("the cursor", "it is not one this host gave out");
    let Some(cursor) = cursor else { return Ok(None) };
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| refuse())?;
    let key = String::from_utf8(bytes).map_err(|_| refuse())?;
    if key.is_empty() || key.len() > MAX_KEY_BYTES { Err(refuse()) } else { Ok(Some(key)) }
}

/// How many to ask for, to know whether there are more.
pub(crate) fn one_more(limit: u32) -> usize {
    limit.clamp(1, MAX_LIMIT) as usize + 1
}

/// Makes a page of the `limit + 1` that were asked for.
pub(crate) fn page<T>(mut items: Vec<T>, limit: u32, key: impl Fn(&T) -> String) -> Page<T> {
    let limit = limit.clamp(1, MAX_LIMIT) as usize;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| encode(&key(last)));
    Page { items, next }
}
