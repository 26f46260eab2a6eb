//! Stands where a function is linked without an adapter: its SDK is not in the binary, which every start would read.
//!
//! `cargo run -p xtask -- links` finds a function that uses a port and does not ask for it.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::id::GalleryId;
use ports::{
    Blobs, EdgeCache, Grants, Page, PortError, PortResult, Queues,
    blobs::{ObjectInfo, PartGrant, PutGrant, SignedRequest, StoredPart, WholeObject},
    queues::{Access, QueueName, Received},
};

pub(crate) struct NotLinked;

fn refuse<T>(what: &str, asked_for: &str) -> PortResult<T> {
    let why = format!("this function is linked without it; its main.rs has to ask for {asked_for}()");
    Err(PortError::invalid(what, why))
}

fn objects<T>() -> PortResult<T> {
    refuse("the object store", "with_objects")
}

fn queues<T>() -> PortResult<T> {
    refuse("the queue", "with_queues")
}

#[async_trait]
impl Blobs for NotLinked {
    async fn put_new(&self, _: &str, _: Bytes, _: &str) -> PortResult<bool> {
        objects()
    }
    async fn get(&self, _: &str) -> PortResult<Option<Bytes>> {
        objects()
    }
    async fn head(&self, _: &str) -> PortResult<Option<ObjectInfo>> {
        objects()
    }
    async fn delete(&self, _: &[String]) -> PortResult<()> {
        objects()
    }
    async fn list(&self, _: &str, _: Option<&str>, _: u32) -> PortResult<Page<ObjectInfo>> {
        objects()
    }
}

#[async_trait]
impl Grants for NotLinked {
    async fn put(&self, _: PutGrant<'_>) -> PortResult<SignedRequest> {
        objects()
    }
    async fn get(&self, _: &str, _: Duration) -> PortResult<SignedRequest> {
        objects()
    }
    async fn download(&self, _: &str, _: &str, _: Duration) -> PortResult<SignedRequest> {
        objects()
    }
    async fn begin_parts(&self, _: &str, _: &str) -> PortResult<String> {
        objects()
    }
    async fn put_part(&self, _: PartGrant<'_>) -> PortResult<SignedRequest> {
        objects()
    }
    async fn parts(&self, _: &str, _: &str) -> PortResult<Option<Vec<StoredPart>>> {
        objects()
    }
    async fn finish_parts(&self, _: WholeObject<'_>) -> PortResult<bool> {
        objects()
    }
}

#[async_trait]
impl Queues for NotLinked {
    async fn ensure(&self, _: QueueName) -> PortResult<()> {
        queues()
    }
    async fn send(&self, _: QueueName, _: &str) -> PortResult<()> {
        queues()
    }
    async fn receive(&self, _: QueueName, _: u32, _: Duration, _: Duration) -> PortResult<Vec<Received>> {
        queues()
    }
    async fn delete(&self, _: QueueName, _: &str) -> PortResult<()> {
        queues()
    }
    async fn extend(&self, _: QueueName, _: &str, _: Duration) -> PortResult<()> {
        queues()
    }
    async fn access(&self, _: QueueName) -> PortResult<Access> {
        queues()
    }
}

#[async_trait]
impl EdgeCache for NotLinked {
    async fn forget(&self, _: &[GalleryId], _: &str) -> PortResult<()> {
        refuse("the edge's copies of pictures", "with_edge")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_missing_is_said_with_what_to_write() {
        let said = [
            Blobs::get(&NotLinked, "img/x").await.unwrap_err().to_string(),
            NotLinked.begin_parts("relay/x", "image/jpeg").await.unwrap_err().to_string(),
            NotLinked
                .send(QueueName::Lab(domain::id::LabId::from_bytes([1; 16])), "")
                .await
                .unwrap_err()
                .to_string(),
            NotLinked.forget(&[], "").await.unwrap_err().to_string(),
        ];
        for (said, asked_for) in
            said.iter().zip(["with_objects()", "with_objects()", "with_queues()", "with_edge()"])
        {
            assert!(said.contains(asked_for), "{said}");
        }
    }
}
