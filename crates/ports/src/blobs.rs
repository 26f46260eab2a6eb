//! Objects and the grants that let agents and labs store and fetch them without passing through a function.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Millis, hash::Sha256};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Page, PortResult};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    pub key: String,
    pub length: u64,
    pub content_type: String,
    /// Verified by the store on upload.
    pub sha256: Option<Sha256>,
    pub stored_at: Millis,
}

#[async_trait]
pub trait Blobs: Send + Sync {
    /// Stores if there is nothing under the key; false when there is (it is left alone).
    async fn put_new(&self, key: &str, bytes: Bytes, content_type: &str) -> PortResult<bool>;
    async fn get(&self, key: &str) -> PortResult<Option<Bytes>>;
    async fn head(&self, key: &str) -> PortResult<Option<ObjectInfo>>;
    /// Deleting what is not there is not an error.
    async fn delete(&self, keys: &[String]) -> PortResult<()>;
    async fn list(&self, prefix: &str, cursor: Option<&str>, limit: u32) -> PortResult<Page<ObjectInfo>>;
}

/// One exact object that may be stored.
#[derive(Clone, Debug)]
pub struct PutGrant<'a> {
    pub key: &'a str,
    pub length: u64,
    pub content_type: &'a str,
    pub sha256: &'a Sha256,
    pub lifetime: Duration,
}

/// One numbered part of an object that is too large for a single upload.
#[derive(Clone, Debug)]
pub struct PartGrant<'a> {
    pub key: &'a str,
    pub upload: &'a str,
    /// Counts from 1.
    pub number: u32,
    pub length: u64,
    pub sha256: &'a Sha256,
    pub lifetime: Duration,
}

/// A part the store holds. Its bytes are those of the grant it came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPart {
    pub number: u32,
    pub length: u64,
    pub sha256: Sha256,
}

/// An object to be put together from all of its parts.
#[derive(Clone, Debug)]
pub struct WholeObject<'a> {
    pub key: &'a str,
    pub upload: &'a str,
    pub length: u64,
    pub content_type: &'a str,
    /// Of all bytes. A store that knows only the parts' hashes leaves this to who reads the object.
    pub sha256: &'a Sha256,
    pub parts: &'a [StoredPart],
}

/// What the holder of a grant sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    pub method: String,
    /// Absolute, or relative to the host's address.
    pub url: String,
    pub headers: BTreeMap<String, String>,
    pub expires_at: Millis,
}

#[async_trait]
pub trait Grants: Send + Sync {
    /// The store refuses another key, length, type or hash, a second PUT (412) and a late one.
    async fn put(&self, grant: PutGrant<'_>) -> PortResult<SignedRequest>;
    async fn get(&self, key: &str, lifetime: Duration) -> PortResult<SignedRequest>;
    /// For a browser, which saves the object as a file of this name ([`attachment`]).
    async fn download(&self, key: &str, name: &str, lifetime: Duration) -> PortResult<SignedRequest>;

    /// Begins an upload in parts of at least 5 MiB, but for the last; its name. What is never finished goes by
    /// itself after two days.
    async fn begin_parts(&self, key: &str, content_type: &str) -> PortResult<String>;
    async fn put_part(&self, grant: PartGrant<'_>) -> PortResult<SignedRequest>;
    /// By number. `None`: there is no such upload (any more).
    async fn parts(&self, key: &str, upload: &str) -> PortResult<Option<Vec<StoredPart>>>;
    /// Puts the object together if there is nothing under its key; false when there is. `Invalid` when a part is
    /// missing or another one than is named.
    async fn finish_parts(&self, whole: WholeObject<'_>) -> PortResult<bool>;
}

/// What stands for itself in addresses and in extended header values (RFC 3986 section 2.3, RFC 8187 section 3.2.1).
pub const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `Content-Disposition` of a file to be saved (RFC 6266): the name in full, and in ASCII for older programs.
pub fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' })
        .collect();
    let full = utf8_percent_encode(name, UNRESERVED);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let header = super::attachment("Zoë \"x\"\r\nSet-Cookie: a.jpg");
        assert!(header.is_ascii() && !header.contains(['\r', '\n']));
        assert_eq!(header.matches('"').count(), 2);
        assert!(header.ends_with("filename*=UTF-8''Zo%C3%AB%20%22x%22%0D%0ASet-Cookie%3A%20a.jpg"));
    }
}
