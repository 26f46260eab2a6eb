//! Objects in S3.

use async_trait::async_trait;
use aws_sdk_s3::{
    error::{ProvideErrorMetadata, SdkError},
    primitives::{ByteStream, DateTime},
    types::{ChecksumMode, Delete, ObjectIdentifier},
};
use bytes::Bytes;
use data_encoding::BASE64;
use domain::{Millis, hash::Sha256};
use ports::{Blobs, Page, PortError, PortResult, blobs::ObjectInfo};

use crate::{cursor, fault, objects::Objects, table};

const WHAT: &str = "the object store";
/// How many keys one DeleteObjects takes.
const DELETE: usize = 1_000;

fn stored_at(time: Option<&DateTime>) -> Millis {
    Millis(time.and_then(|t| t.to_millis().ok()).unwrap_or(0))
}

fn sha256(checksum: Option<&str>) -> Option<Sha256> {
    // Of a multipart upload the checksum is of the parts' checksums, `…-3`: not of the bytes.
    Some(Sha256(BASE64.decode(checksum?.as_bytes()).ok()?.try_into().ok()?))
}

/// Whether the store says that there is nothing under the key.
fn absent<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(fault::code(error), Some("NoSuchKey" | "NotFound" | "404"))
}

#[async_trait]
impl Blobs for Objects {
    async fn put_new(&self, key: &str, bytes: Bytes, content_type: &str) -> PortResult<bool> {
        let bucket = self.bucket(key)?;
        let checksum = Sha256::of(&bytes).base64();
        for attempt in 0..table::TRIES {
            let put = self.s3.put_object().bucket(bucket).key(key);
            let sent = put
                .content_type(content_type)
                .checksum_sha256(&checksum)
                .if_none_match("*")
                .body(ByteStream::from(bytes.clone()))
                .send()
                .await;
            match sent {
                Ok(_) => return Ok(true),
                Err(e) if fault::code(&e) == Some("PreconditionFailed") => return Ok(false),
                // Another upload of the same key is under way: whether it stays is known in a moment.
                Err(e) if fault::code(&e) == Some("ConditionalRequestConflict") => {
                    table::back_off(attempt).await;
                }
                Err(e) => return Err(fault::port(WHAT, &e)),
            }
        }
        Err(PortError::Throttled { what: WHAT.into(), retry_after_seconds: 1 })
    }

    async fn get(&self, key: &str) -> PortResult<Option<Bytes>> {
        let got = self.s3.get_object().bucket(self.bucket(key)?).key(key).send().await;
        let object = match got {
            Ok(object) => object,
            Err(e) if absent(&e) => return Ok(None),
            Err(e) => return Err(fault::port(WHAT, &e)),
        };
        let bytes = object.body.collect().await.map_err(|e| PortError::unavailable(WHAT, e))?;
        Ok(Some(bytes.into_bytes()))
    }

    async fn head(&self, key: &str) -> PortResult<Option<ObjectInfo>> {
        let head = self.s3.head_object().bucket(self.bucket(key)?).key(key);
        match head.checksum_mode(ChecksumMode::Enabled).send().await {
            Ok(info) => Ok(Some(ObjectInfo {
                key: key.to_owned(),
                length: info.content_length.and_then(|n| n.try_into().ok()).unwrap_or(0),
                sha256: sha256(info.checksum_sha256()),
                stored_at: stored_at(info.last_modified()),
                content_type: info.content_type.unwrap_or_default(),
            })),
            Err(e) if absent(&e) => Ok(None),
            Err(e) => Err(fault::port(WHAT, &e)),
        }
    }

    async fn delete(&self, keys: &[String]) -> PortResult<()> {
        let mut by_bucket = std::collections::BTreeMap::<&str, Vec<ObjectIdentifier>>::new();
        for key in keys {
            let named = ObjectIdentifier::builder().key(key).build();
            let named = named.map_err(|e| PortError::unavailable(WHAT, e))?;
            by_bucket.entry(self.bucket(key)?).or_default().push(named);
        }
        for (bucket, keys) in by_bucket {
            for chunk in keys.chunks(DELETE) {
                let delete = Delete::builder().set_objects(Some(chunk.to_vec())).quiet(true).build();
                let delete = delete.map_err(|e| PortError::unavailable(WHAT, e))?;
                let sent = self.s3.delete_objects().bucket(bucket).delete(delete).send().await;
                let answer = sent.map_err(|e| fault::port(WHAT, &e))?;
                if let Some(first) = answer.errors().iter().find(|e| e.code() != Some("NoSuchKey")) {
                    let why = format!(
                        "{}: {}",
                        first.code().unwrap_or("no code"),
                        first.message().unwrap_or("no message")
                    );
                    return Err(PortError::unavailable(WHAT, why));
                }
            }
        }
        Ok(())
    }

    /// S3 lists neither type nor checksum: `content_type` is empty and `sha256` is `None`.
    async fn list(&self, prefix: &str, cursor: Option<&str>, limit: u32) -> PortResult<Page<ObjectInfo>> {
        let after = cursor::decode(cursor)?;
        let answer = self
            .s3
            .list_objects_v2()
            .bucket(self.bucket(prefix)?)
            .prefix(prefix)
            .set_start_after(after)
            .max_keys(i32::try_from(limit.clamp(1, 1_000)).unwrap_or(1_000))
            .send()
            .await
            .map_err(|e| fault::port(WHAT, &e))?;
        let truncated = answer.is_truncated.unwrap_or(false);
        let items: Vec<ObjectInfo> = answer
            .contents
            .unwrap_or_default()
            .into_iter()
            .map(|object| ObjectInfo {
                length: object.size.and_then(|n| n.try_into().ok()).unwrap_or(0),
                content_type: String::new(),
                sha256: None,
                stored_at: stored_at(object.last_modified.as_ref()),
                key: object.key.unwrap_or_default(),
            })
            .collect();
        let next = items.last().filter(|_| truncated).map(|last| cursor::encode(&last.key));
        Ok(Page { items, next })
    }
}
