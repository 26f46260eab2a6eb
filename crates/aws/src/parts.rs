//! Uploads in parts, by S3's multipart upload. Each part is signed with its length and SHA-256; S3 knows no hash
//! of the whole, so who reads it compares (the lab does, with the signed manifest). `If-None-Match` acts when the
//! parts are put together.

use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, Part};
use data_encoding::BASE64;
use domain::hash::Sha256;
use ports::{
    PortError, PortResult,
    blobs::{PartGrant, SignedRequest, StoredPart, WholeObject},
};

use crate::{
    fault,
    grants::{WHAT, signed},
    objects::Objects,
};

/// S3 counts parts to 10,000 and lists 1,000 at a time; no print has so many.
const MOST: i32 = 1_000;

fn number(part: u32) -> i32 {
    i32::try_from(part).unwrap_or(i32::MAX)
}

impl Objects {
    pub(crate) async fn create_upload(&self, key: &str, content_type: &str) -> PortResult<String> {
        let create = self.s3.create_multipart_upload().bucket(self.bucket(key)?).key(key);
        let made =
            create.content_type(content_type).checksum_algorithm(ChecksumAlgorithm::Sha256).send().await;
        let made = made.map_err(|e| fault::port(WHAT, &e))?;
        made.upload_id.ok_or_else(|| PortError::unavailable(WHAT, "S3 named no upload"))
    }

    pub(crate) async fn grant_part(&self, grant: PartGrant<'_>) -> PortResult<SignedRequest> {
        let (config, expires_at) = self.presigning(grant.lifetime)?;
        let request = self
            .s3
            .upload_part()
            .bucket(self.bucket(grant.key)?)
            .key(grant.key)
            .upload_id(grant.upload)
            .part_number(number(grant.number))
            .content_length(i64::try_from(grant.length).unwrap_or(i64::MAX))
            .checksum_sha256(grant.sha256.base64())
            .presigned(config)
            .await
            .map_err(|e| fault::port(WHAT, &e))?;
        Ok(signed(&request, expires_at))
    }

    /// `None`: there is no such upload.
    async fn list_parts(&self, key: &str, upload: &str) -> PortResult<Option<Vec<Part>>> {
        let list = self.s3.list_parts().bucket(self.bucket(key)?).key(key).upload_id(upload);
        match list.max_parts(MOST).send().await {
            Ok(answer) => Ok(Some(answer.parts.unwrap_or_default())),
            Err(e) if matches!(fault::code(&e), Some("NoSuchUpload" | "404" | "NotFound")) => Ok(None),
            Err(e) => Err(fault::port(WHAT, &e)),
        }
    }

    pub(crate) async fn stored_parts(&self, key: &str, upload: &str) -> PortResult<Option<Vec<StoredPart>>> {
        let Some(parts) = self.list_parts(key, upload).await? else { return Ok(None) };
        Ok(Some(parts.iter().filter_map(stored).collect()))
    }

    pub(crate) async fn complete_upload(&self, whole: WholeObject<'_>) -> PortResult<bool> {
        let gone = || PortError::invalid("the upload", "there is no such upload");
        let held = self.list_parts(whole.key, whole.upload).await?.ok_or_else(gone)?;
        let mut parts = Vec::with_capacity(whole.parts.len());
        for part in whole.parts {
            let there = held.iter().find(|held| stored(held).as_ref() == Some(part));
            let there = there.ok_or_else(|| {
                PortError::invalid("the upload", format!("part {} is missing", part.number))
            })?;
            parts.push(
                CompletedPart::builder()
                    .part_number(number(part.number))
                    .set_e_tag(there.e_tag.clone())
                    .checksum_sha256(part.sha256.base64())
                    .build(),
            );
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.s3.complete_multipart_upload().bucket(self.bucket(whole.key)?);
        let complete = complete.key(whole.key).upload_id(whole.upload).multipart_upload(parts);
        match complete.if_none_match("*").send().await {
            Ok(_) => Ok(true),
            Err(e) if fault::code(&e) == Some("PreconditionFailed") => Ok(false),
            Err(e) => Err(fault::port(WHAT, &e)),
        }
    }
}

fn stored(part: &Part) -> Option<StoredPart> {
    let sha256 = BASE64.decode(part.checksum_sha256.as_deref()?.as_bytes()).ok()?;
    Some(StoredPart {
        number: u32::try_from(part.part_number?).ok()?,
        length: u64::try_from(part.size?).ok()?,
        sha256: Sha256(sha256.try_into().ok()?),
    })
}
