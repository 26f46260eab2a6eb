//! How a body begins when many answers begin alike. Whoever makes the answers keeps the beginning; a host that compresses
//! keeps with it what it made of it.

use std::sync::{Arc, OnceLock};

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};

/// Travels with the answer as an extension.
#[derive(Clone)]
pub struct CommonStart(Arc<Start>);

struct Start {
    plain: Vec<u8>,
    deflated: OnceLock<Option<Deflated>>,
}

pub struct Deflated {
    /// Blocks of DEFLATE (RFC 1951) that end on a byte, none of them the last.
    pub blocks: Vec<u8>,
    /// CRC-32 (RFC 1952) of what they hold.
    pub crc32: u32,
}

impl CommonStart {
    pub fn new(plain: Vec<u8>) -> Self {
        Self(Arc::new(Start { plain, deflated: OnceLock::new() }))
    }

    pub fn plain(&self) -> &[u8] {
        &self.0.plain
    }

    /// Made once.
    pub fn deflated(&self, make: impl FnOnce(&[u8]) -> Option<Deflated>) -> Option<&Deflated> {
        self.0.deflated.get_or_init(|| make(&self.0.plain)).as_ref()
    }

    /// An answer in JSON that goes on with `rest`.
    pub fn json(self, rest: &[u8]) -> Response {
        let mut body = Vec::with_capacity(self.plain().len() + rest.len());
        body.extend_from_slice(self.plain());
        body.extend_from_slice(rest);
        let mut response = ([(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
