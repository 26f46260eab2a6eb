//! Where each container keeps EXIF, IPTC and XMP.

use crate::source::segments::Segments;

/// Raw metadata blocks of a file.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// TIFF structure.
    pub(super) exif: Option<Vec<u8>>,
    /// IPTC-IIM data sets.
    pub(super) iptc: Option<Vec<u8>>,
    pub(super) xmp: Option<Vec<u8>>,
}

pub(super) fn locate(bytes: &[u8]) -> Parts {
    match bytes {
        [0xFF, 0xD8, ..] => {
            let s = Segments::read(bytes);
            Parts {
                exif: s.exif.map(<[u8]>::to_vec),
                iptc: resource(&s.photoshop, 0x0404),
                xmp: s.xmp.map(<[u8]>::to_vec),
            }
        }
        [0x89, b'P', b'N', b'G', ..] => png(bytes),
        [b'R', b'I', b'F', b'F', ..] => webp(bytes),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Parts {
            exif: Some(bytes.to_vec()),
            iptc: tiff_tag(bytes, 33_723).or_else(|| resource(&tiff_tag(bytes, 34_377)?, 0x0404)),
            xmp: tiff_tag(bytes, 700),
        },
        _ => Parts::default(),
    }
}

/// One Photoshop image resource block (`8BIM`, id, padded Pascal name, length, data).
fn resource(mut data: &[u8], id: u16) -> Option<Vec<u8>> {
    while let Some(rest) = data.strip_prefix(b"8BIM") {
        let [i0, i1, name, ..] = rest else { return None };
        let at = 2 + (usize::from(*name) + 1).next_multiple_of(2);
        let length = u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?) as usize;
        let value = rest.get(at + 4..(at + 4).checked_add(length)?)?;
        if u16::from_be_bytes([*i0, *i1]) == id {
            return Some(value.to_vec());
        }
        data = rest.get(at + 4 + length.next_multiple_of(2)..)?;
    }
    None
}

fn png(bytes: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut data = &bytes[8.min(bytes.len())..];
    while let Some((head, rest)) = data.split_at_checked(8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(value) = rest.get(..length) else { break };
        match &head[4..8] {
            b"eXIf" => parts.exif = Some(value.to_vec()),
            // Keyword, compression flag and method, language, translated keyword, text.
            b"iTXt" => {
                if let Some([0, _, rest @ ..]) = value.strip_prefix(b"XML:com.adobe.xmp\0") {
                    let mut fields = rest.splitn(3, |b| *b == 0);
                    parts.xmp = fields.nth(2).map(<[u8]>::to_vec);
                }
            }
            b"IEND" => break,
            _ => {}
        }
        let Some(next) = rest.get(length.saturating_add(4)..) else { break };
        data = next;
    }
    parts
}

fn webp(bytes: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut data = bytes.get(12..).unwrap_or_default();
    while let Some((head, rest)) = data.split_at_checked(8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(value) = rest.get(..length) else { break };
        match &head[..4] {
            b"EXIF" => parts.exif = Some(value.strip_prefix(b"Exif\0\0").unwrap_or(value).to_vec()),
            b"XMP " => parts.xmp = Some(value.to_vec()),
            _ => {}
        }
        let Some(next) = rest.get(length.saturating_add(length % 2)..) else { break };
        data = next;
    }
    parts
}

/// The value of a tag in IFD0, for types of one byte a value and LONG (which IPTC is often declared as).
fn tiff_tag(bytes: &[u8], tag: u16) -> Option<Vec<u8>> {
    let little = bytes.first() == Some(&b'I');
    let u16_at = |at: usize| -> Option<u16> {
        let b: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(b) } else { u16::from_be_bytes(b) })
    };
    let u32_at = |at: usize| -> Option<usize> {
        let b: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) } as usize)
    };
    let ifd = u32_at(4)?;
    (0..usize::from(u16_at(ifd)?)).find_map(|i| {
        let entry = ifd.checked_add(2 + 12 * i)?;
        if u16_at(entry)? != tag {
            return None;
        }
        let unit = match u16_at(entry + 2)? {
            1 | 2 | 6 | 7 => 1,
            4 => 4,
            _ => return None,
        };
        let length = u32_at(entry + 4)?.checked_mul(unit)?;
        let at = if length <= 4 { entry + 8 } else { u32_at(entry + 8)? };
        Some(bytes.get(at..at.checked_add(length)?)?.to_vec())
    })
}
