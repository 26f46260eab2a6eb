//! Objects and the grants that let agents and labs store and fetch them without passing through a function.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Millis, hash::Sha256};

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
}
