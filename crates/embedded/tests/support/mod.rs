//! A store in a temporary folder, and a holder of grants who uses the store's own checks.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use darkslide_embedded::{GrantQuery, Refused, Store};
use ports::{
    blobs::SignedRequest,
    clock::TestClock,
    contract::{Holder, Host},
};

pub async fn host() -> Host {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::at(1_700_000_000_000));
    let secrets =
        Arc::new(darkslide_embedded::create_secrets(folder.path(), "https://photos.example").unwrap());
    let store = Store::open(folder.path(), secrets, clock.clone()).unwrap();
    Host {
        ports: store.ports(),
        clock,
        holder: Arc::new(AtTheStore(store)),
        own_clock: false,
        keep: Box::new(folder),
    }
}

struct AtTheStore(Store);

#[async_trait]
impl Holder for AtTheStore {
    async fn put(&self, request: &SignedRequest, body: Bytes) -> u16 {
        match self.store(request, &body).await {
            Ok(true) => 201,
            Ok(false) => 412,
            Err(refused) => refused.status(),
        }
    }

    async fn get(&self, request: &SignedRequest) -> (u16, Bytes) {
        let (key, query) = parse(&request.url);
        let opened = match self.0.check_get(&key, &query) {
            Ok(permit) => self.0.send_object(permit).await,
            Err(refused) => Err(refused),
        };
        match opened {
            Ok(mut object) => {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut object.file, &mut bytes).unwrap();
                (200, bytes.into())
            }
            Err(refused) => (refused.status(), Bytes::new()),
        }
    }
}

impl AtTheStore {
    async fn store(&self, request: &SignedRequest, body: &[u8]) -> Result<bool, Refused> {
        let (key, query) = parse(&request.url);
        let permit = self.0.check_put(&key, &query)?;
        let kind = request.headers.get("content-type").map(String::as_str).unwrap_or_default();
        // Without a length beforehand: what comes has to be counted.
        let mut upload = self.0.receive_upload(permit, kind, None).await?;
        for piece in body.chunks(7) {
            upload.write(piece).await?;
        }
        upload.finish().await
    }
}

fn parse(url: &str) -> (String, GrantQuery) {
    let (path, query) = url.split_once('?').unwrap();
    let mut parsed = GrantQuery::default();
    for (name, value) in query.split('&').filter_map(|p| p.split_once('=')) {
        match name {
            "exp" => parsed.exp = value.parse().unwrap(),
            "len" => parsed.len = value.parse().ok(),
            "type" => parsed.content_type = Some(value.replace("%2F", "/")),
            "sha" => parsed.sha = Some(value.to_owned()),
            "name" => parsed.name = Some(unescaped(value)),
            "sig" => parsed.sig = value.to_owned(),
            _ => {}
        }
    }
    (path.strip_prefix("/files/").unwrap().to_owned(), parsed)
}

/// Percent-encoding undone, as the host's router does.
fn unescaped(value: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), value.as_bytes());
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).filter(|_| *first == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
