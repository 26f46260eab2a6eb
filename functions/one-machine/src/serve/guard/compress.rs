//! Answers of the APIs, compressed as browsers ask. They are whole in memory, so they are compressed in one go
//! by a deflater each thread keeps: a gallery's page is the largest share of the host's work, and a general
//! layer for streams spends twice as much on it.

use std::{cell::RefCell, io::Write};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use flate2::write::DeflateEncoder;
use http_edge::{CommonStart, common_start::Deflated};
use libdeflater::{CompressionLvl, Compressor};

/// Smaller answers would hardly become smaller.
const WORTH_IT: u64 = 512;
/// The fastest: the next one takes half as long again and saves one part in three hundred.
const LEVEL: i32 = 1;

/// Of gzip: magic number, deflate, no flags, no time, nothing special, system unknown.
const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

/// Of zlib: level 1 leaves a quarter more of a page (docs/host.md).
const BEGIN_LEVEL: u32 = 2;

thread_local! {
    static DEFLATER: RefCell<Compressor> =
        RefCell::new(Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default()));
}

pub(in crate::serve) async fn compress(request: Request, next: Next) -> Response {
    let wanted = takes_gzip(request.headers());
    let mut response = next.run(request).await;
    let length = response.body().size_hint().exact().filter(|length| *length >= WORTH_IT);
    if length.is_none() || !is_text(response.headers()) {
        return response;
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !wanted {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // In memory already, so this neither waits nor fails.
    let Ok(plain) = axum::body::to_bytes(body, usize::MAX).await else { return broken() };
    let zipped = match parts.extensions.remove::<CommonStart>() {
        Some(start) => go_on(&start, &plain),
        None => gzip(&plain),
    };
    match zipped {
        Some(zipped) => {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(zipped.len()));
            Response::from_parts(parts, Body::from(zipped))
        }
        None => Response::from_parts(parts, Body::from(plain)),
    }
}

fn broken() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// What is worth compressing and not compressed yet. Pictures are both.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    (kind.starts_with("text/") || kind.starts_with("application/json"))
        && !headers.contains_key(header::CONTENT_ENCODING)
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    DEFLATER.with_borrow_mut(|deflater| {
        let mut out = vec![0; deflater.gzip_compress_bound(plain.len())];
        let length = deflater.gzip_compress(plain, &mut out).ok()?;
        out.truncate(length);
        Some(out)
    })
}

/// A file of gzip (RFC 1952) whose first blocks were made before: only what comes after the common start is compressed.
fn go_on(start: &CommonStart, plain: &[u8]) -> Option<Vec<u8>> {
    let rest = plain.strip_prefix(start.plain())?;
    let start = start.deflated(begin)?;
    let mut out = [&HEADER[..], &start.blocks].concat();
    DEFLATER.with_borrow_mut(|deflater| {
        let before = out.len();
        out.resize(before + deflater.deflate_compress_bound(rest.len()) + 8, 0);
        let length = deflater.deflate_compress(rest, &mut out[before..]).ok()?;
        out.truncate(before + length);
        Some(())
    })?;
    let mut crc = crc32fast::Hasher::new_with_initial(start.crc32);
    crc.update(rest);
    out.extend_from_slice(&crc.finalize().to_le_bytes());
    out.extend_from_slice(&(plain.len() as u32).to_le_bytes());
    Some(out)
}

/// Flushed to a byte's end, so that other blocks may follow (`Z_SYNC_FLUSH`).
fn begin(plain: &[u8]) -> Option<Deflated> {
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::new(BEGIN_LEVEL));
    encoder.write_all(plain).and_then(|()| encoder.flush()).ok()?;
    Some(Deflated { blocks: std::mem::take(encoder.get_mut()), crc32: crc32fast::hash(plain) })
}

pub(in crate::serve) fn takes_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|v| {
            let mut parts = v.split(';').map(str::trim);
            parts.next() == Some("gzip")
                && !parts.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use http_edge::CommonStart;

    use super::{go_on, gzip};

    #[test]
    fn what_was_compressed_comes_out_again() {
        let long =
            (0..40_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect::<Vec<u8>>();
        for plain in [&b""[..], b"x", &[7; 5_000], &long] {
            let zipped = gzip(plain).unwrap();
            let mut back = Vec::new();
            flate2::read::GzDecoder::new(&zipped[..]).read_to_end(&mut back).unwrap();
            assert_eq!(back, plain);
        }
    }

    #[test]
    fn what_goes_on_from_a_common_start_comes_out_whole() {
        let long: Vec<u8> = (0..400_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 20) as u8).collect();
        for start in [&b"{"[..], b"{\"photos\":[]", &long] {
            let common = CommonStart::new(start.to_vec());
            for rest in [&b""[..], b"}", &long] {
                let plain = [start, rest].concat();
                let zipped = go_on(&common, &plain).unwrap();
                let mut back = Vec::new();
                // One member and nothing after it.
                flate2::bufread::GzDecoder::new(&zipped[..]).read_to_end(&mut back).unwrap();
                assert_eq!(back, plain);
            }
        }
        assert!(go_on(&CommonStart::new(b"[".to_vec()), b"{}").is_none(), "not how it begins");
    }
}
