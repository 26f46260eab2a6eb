//! Presigned requests: one exact object each, signed with the function's own credentials.
//!
//! An upload signs key, length, type, SHA-256 and `If-None-Match: *`, so S3 itself refuses another one of
//! them (403), other bytes (400) and a second upload (412). A grant ends early if the credentials do.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use domain::Millis;
use ports::{
    Grants, PortError, PortResult,
    blobs::{PartGrant, PutGrant, SignedRequest, StoredPart, WholeObject, attachment},
};

use crate::{fault, objects::Objects};

pub(crate) const WHAT: &str = "a grant";
/// The largest single PUT this host grants; print files stay far below.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The longest a presigned request lives (AWS Signature Version 4).
const MAX_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3_600);

impl Objects {
    pub(crate) fn presigning(&self, lifetime: Duration) -> PortResult<(PresigningConfig, Millis)> {
        let now = self.clock.now();
        let start: SystemTime = UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or(0));
        let lifetime = Duration::from_secs(lifetime.as_secs()).clamp(Duration::from_secs(1), MAX_LIFETIME);
        let config = PresigningConfig::builder()
            .start_time(start)
            .expires_in(lifetime)
            .build()
            .map_err(|e| PortError::unavailable(WHAT, e))?;
        Ok((config, now.plus(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX))))
    }
}

pub(crate) fn signed(request: &PresignedRequest, expires_at: Millis) -> SignedRequest {
    // A client sends these two as it must; the length is signed all the same.
    let sent_anyway =
        |name: &str| name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("host");
    let headers: BTreeMap<String, String> = request
        .headers()
        .filter(|(name, _)| !sent_anyway(name))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    SignedRequest { method: request.method().to_owned(), url: request.uri().to_owned(), headers, expires_at }
}

#[async_trait]
impl Grants for Objects {
    async fn put(&self, grant: PutGrant<'_>) -> PortResult<SignedRequest> {
        if grant.length > MAX_BYTES {
            return Err(PortError::invalid(WHAT, format!("an object has at most {MAX_BYTES} bytes")));
        }
        let (config, expires_at) = self.presigning(grant.lifetime)?;
        let request = self
            .s3
            .put_object()
            .bucket(self.bucket(grant.key)?)
            .key(grant.key)
            .content_length(i64::try_from(grant.length).unwrap_or(i64::MAX))
            .content_type(grant.content_type)
            .checksum_sha256(grant.sha256.base64())
            .if_none_match("*")
            .presigned(config)
            .await
            .map_err(|e| fault::port(WHAT, &e))?;
        Ok(signed(&request, expires_at))
    }

    async fn get(&self, key: &str, lifetime: Duration) -> PortResult<SignedRequest> {
        let (config, expires_at) = self.presigning(lifetime)?;
        let get = self.s3.get_object().bucket(self.bucket(key)?).key(key);
        let request = get.presigned(config).await.map_err(|e| fault::port(WHAT, &e))?;
        Ok(signed(&request, expires_at))
    }

    async fn download(&self, key: &str, name: &str, lifetime: Duration) -> PortResult<SignedRequest> {
        let (config, expires_at) = self.presigning(lifetime)?;
        let get = self.s3.get_object().bucket(self.bucket(key)?).key(key);
        let get = get.response_content_disposition(attachment(name));
        let request = get.presigned(config).await.map_err(|e| fault::port(WHAT, &e))?;
        Ok(signed(&request, expires_at))
    }

    async fn begin_parts(&self, key: &str, content_type: &str) -> PortResult<String> {
        self.create_upload(key, content_type).await
    }
    async fn put_part(&self, grant: PartGrant<'_>) -> PortResult<SignedRequest> {
        self.grant_part(grant).await
    }
    async fn parts(&self, key: &str, upload: &str) -> PortResult<Option<Vec<StoredPart>>> {
        self.stored_parts(key, upload).await
    }
    async fn finish_parts(&self, whole: WholeObject<'_>) -> PortResult<bool> {
        self.complete_upload(whole).await
    }
}
