//! Micro previews as customers' browsers get them.

use data_encoding::BASE64;
use domain::photo::MicroPreview;

/// Height, width (16 bits each, as a frame header holds them) and the stored scan, in base64. The header that all
/// previews share is no part of it: sixty of them would be half of a page. The site holds it and puts it before each.
pub fn micro_preview(micro: &MicroPreview) -> String {
    let mut bytes = Vec::with_capacity(4 + micro.scan.len());
    bytes.extend_from_slice(&micro.height.to_be_bytes());
    bytes.extend_from_slice(&micro.width.to_be_bytes());
    bytes.extend_from_slice(&micro.scan);
    BASE64.encode(&bytes)
}
