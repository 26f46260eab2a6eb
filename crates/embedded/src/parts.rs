//! Uploads in parts: each part is an object of its own, under the same signed addresses and limits as any other,
//! until all are there and become one. The whole is hashed once more on the way.

use domain::{Millis, hash::Sha256};
use ports::{
    Blobs, Grants, PortError, PortResult,
    blobs::{PartGrant, PutGrant, SignedRequest, StoredPart, WholeObject},
};

use crate::{Store, grants::Refused};

const PREFIX: &str = "parts/";
/// Of the parts themselves; what they become has its own.
const CONTENT_TYPE: &str = "application/octet-stream";
const MOST: u32 = 10_000;
/// As S3 is told to do.
const KEPT: i64 = 2 * Millis::DAY;

/// An upload is named by what it is of: who asks again goes on with it.
pub(crate) fn name(key: &str) -> String {
    Sha256::of(key.as_bytes()).hex()[..32].to_owned()
}

fn folder(key: &str) -> String {
    format!("{PREFIX}{}/", name(key))
}

/// The hash is in the name, so that another content is another part.
fn part_key(key: &str, number: u32, sha256: &Sha256) -> String {
    format!("{}{number:05}-{}", folder(key), sha256.hex())
}

impl Store {
    pub(crate) async fn grant_part(&self, part: PartGrant<'_>) -> PortResult<SignedRequest> {
        let key = part_key(part.key, part.number, part.sha256);
        let PartGrant { length, sha256, lifetime, .. } = part;
        self.put(PutGrant { key: &key, length, content_type: CONTENT_TYPE, sha256, lifetime }).await
    }

    pub(crate) async fn stored_parts(&self, key: &str, upload: &str) -> PortResult<Option<Vec<StoredPart>>> {
        if upload != name(key) || self.head(key).await?.is_some() {
            return Ok(None);
        }
        let prefix = folder(key);
        let found = self.list(&prefix, None, MOST).await?.items;
        let number = |key: &str| key.strip_prefix(&prefix)?.split('-').next()?.parse().ok();
        let mut parts: Vec<StoredPart> = found
            .into_iter()
            .filter_map(|o| Some(StoredPart { number: number(&o.key)?, length: o.length, sha256: o.sha256? }))
            .collect();
        parts.sort_by_key(|part| part.number);
        Ok(Some(parts))
    }

    pub(crate) async fn join_parts(&self, whole: WholeObject<'_>) -> PortResult<bool> {
        let begun = self.begin_upload(whole.key, whole.length, whole.content_type, Some(*whole.sha256)).await;
        let mut upload = match begun {
            Ok(upload) => upload,
            Err(Refused::ThereAlready) => return Ok(false),
            Err(refused) => return Err(refused.into()),
        };
        for part in whole.parts {
            let key = part_key(whole.key, part.number, &part.sha256);
            let bytes = Blobs::get(self, &key).await?;
            let bytes = bytes.ok_or_else(|| {
                PortError::invalid("the upload", format!("part {} is missing", part.number))
            })?;
            upload.write(&bytes).await?;
        }
        let new = upload.finish().await?;
        self.forget_parts(whole.key).await?;
        Ok(new)
    }

    async fn forget_parts(&self, key: &str) -> PortResult<()> {
        let left = self.list(&folder(key), None, MOST).await?.items;
        self.delete(&left.into_iter().map(|o| o.key).collect::<Vec<_>>()).await
    }

    /// Removes parts of uploads that nobody finished. The serving process does this at its start.
    pub async fn sweep_parts(&self) -> PortResult<u64> {
        let old = self.0.clock.now().plus(-KEPT);
        let mut removed = 0;
        let mut cursor = None;
        loop {
            let page = self.list(PREFIX, cursor.as_deref(), 1_000).await?;
            let gone: Vec<String> =
                page.items.into_iter().filter(|o| o.stored_at < old).map(|o| o.key).collect();
            self.delete(&gone).await?;
            removed += gone.len() as u64;
            cursor = page.next;
            if cursor.is_none() {
                return Ok(removed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_named_by_upload_number_and_content() {
        let key = part_key("relay/x", 7, &Sha256([1; 32]));
        assert!(key.starts_with(&format!("parts/{}/00007-01", name("relay/x"))));
        assert_ne!(name("relay/x"), name("relay/y"));
    }
}
