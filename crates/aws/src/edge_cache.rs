//! CloudFront's copies of pictures: forgotten by one wildcard path a gallery, which is billed as one path however
//! many pictures it covers (1,000 paths a month are free, then $0.005 each). The caller's reference makes a
//! redelivered event the same invalidation.

use async_trait::async_trait;
use aws_sdk_cloudfront::types::{InvalidationBatch, Paths};
use domain::{hash::Sha256, id::GalleryId, object_key::gallery_prefix};
use ports::{EdgeCache, PortError, PortResult};

use crate::fault;

const CACHE: &str = "the edge's copies of pictures";
/// CloudFront works on at most 15 wildcard paths of a distribution at a time.
const AT_ONCE: usize = 15;

pub(crate) struct Edges {
    pub(crate) cloudfront: aws_sdk_cloudfront::Client,
    /// Of CloudFront, once it has a name.
    pub(crate) distribution: Option<String>,
}

#[async_trait]
impl EdgeCache for Edges {
    async fn forget(&self, galleries: &[GalleryId], reason: &str) -> PortResult<()> {
        // A host without CloudFront in front of it, as in tests of the adapters, keeps no copies.
        let Some(distribution) = &self.distribution else { return Ok(()) };
        for some in galleries.chunks(AT_ONCE) {
            let batch = batch(some, reason).map_err(|e| PortError::invalid(CACHE, e.to_string()))?;
            let request = self.cloudfront.create_invalidation().distribution_id(distribution);
            request.invalidation_batch(batch).send().await.map_err(|e| fault::port(CACHE, &e))?;
        }
        Ok(())
    }
}

fn batch(
    galleries: &[GalleryId],
    reason: &str,
) -> Result<InvalidationBatch, aws_sdk_cloudfront::error::BuildError> {
    let mut paths: Vec<String> = galleries.iter().map(|g| format!("/{}*", gallery_prefix(*g))).collect();
    paths.sort();
    paths.dedup();
    // The same reference with other paths would be refused.
    let said = Sha256::of(format!("{reason}\n{}", paths.join("\n")).as_bytes()).hex();
    let quantity = i32::try_from(paths.len()).unwrap_or(i32::MAX);
    let paths = Paths::builder().quantity(quantity).set_items(Some(paths)).build()?;
    InvalidationBatch::builder().paths(paths).caller_reference(&said[..40]).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gallery_is_one_path_and_an_event_one_reference() {
        let [a, b] = [1, 2].map(|n| GalleryId::from_bytes([n; 16]));
        let one = batch(&[b, a, a], "batch x").unwrap();
        let items = one.paths().unwrap().items();
        assert_eq!(items, [format!("/img/{a}/*"), format!("/img/{b}/*")]);
        let reference =
            |galleries: &[GalleryId], reason| batch(galleries, reason).unwrap().caller_reference().to_owned();
        assert_eq!(one.caller_reference(), reference(&[a, b], "batch x"));
        assert_ne!(one.caller_reference(), reference(&[a, b], "batch y"));
        assert_ne!(one.caller_reference(), reference(&[a], "batch x"));
    }
}
