//! Micro previews: scans stored without their header, and the one header that makes them complete again
//! (ITU-T T.81 annex B.5 abbreviated format for image data; annex B.4 for the tables kept apart).
//!
//! A 64 pixel preview is about 340 bytes of scan; the tables in front of it would be 600 more and are the
//! same for every picture, so they live here, once, and the host puts them back when a preview is read.

use std::sync::LazyLock;

use crate::encode::{self, Plane, Sampling, Tables};
use crate::error::EncodeError;
use crate::tables;

/// Quality of the shared quantisation tables. Changing it makes every stored scan unreadable.
pub const MICRO_QUALITY: u8 = 30;

/// Longest side a micro preview may have, in pixels.
pub const MICRO_MAX_SIDE: u32 = 256;

const QUANTISATION: [[u8; 64]; 2] = tables::quantisation(MICRO_QUALITY);

/// The header all micro previews share, for a picture of this size: SOI, JFIF, DQT, SOF0 (4:2:0), DHT, SOS.
/// Followed by a stored scan and EOI it is a complete JPEG.
pub fn header(width: u16, height: u16) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(&SHARED.bytes);
    out[SHARED.size_at..][..2].copy_from_slice(&height.to_be_bytes());
    out[SHARED.size_at + 2..][..2].copy_from_slice(&width.to_be_bytes());
    out
}

/// The header with a size of nothing, made once: a host puts it before sixty previews a page.
static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(&[0xFF, 0xD8]);
    out.extend_from_slice(&[0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
    encode::quantisation_segment(&mut out, &QUANTISATION, 3);
    // After marker, length and precision: height, then width (T.81, B.2.2).
    let size_at = out.len() + 5;
    encode::frame(&mut out, 0, 0, Sampling::S420);
    encode::standard_huffman(&mut out, 3);
    encode::scan_header(&mut out, 3);
    Shared { bytes: out, size_at }
});

struct Shared {
    bytes: Vec<u8>,
    size_at: usize,
}

/// A complete JPEG from a stored scan (entropy-coded data only) and the picture's size.
///
/// Whatever `scan` holds, the result is well-formed up to the scan; a damaged scan shows as a damaged
/// picture, never as another one's.
pub fn join_header(scan: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut out = header(width, height);
    out.reserve(scan.len() + 2);
    out.extend_from_slice(scan);
    out.extend_from_slice(&[0xFF, 0xD9]);
    out
}

/// The entropy-coded data of a micro preview from its planes (4:2:0), for `join_header`.
pub fn encode_scan(width: u32, height: u32, planes: &[Plane<'_>; 3]) -> Result<Vec<u8>, EncodeError> {
    encode::check(width, height, planes, Sampling::S420)?;
    if width.max(height) > MICRO_MAX_SIDE {
        return Err(EncodeError::Micro { width, height });
    }
    let mut out = Vec::with_capacity(512);
    encode::write_scan(width, height, planes, Sampling::S420, &Tables::standard(&QUANTISATION), &mut out);
    Ok(out)
}
