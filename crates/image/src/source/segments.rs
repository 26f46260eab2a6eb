//! The segments of a JPEG file that say what it is: frame, profile, EXIF, XMP, IPTC, Adobe marker.

use crate::geometry::Size;

/// SOFn: how the pixels are coded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Second byte of the marker: 0xC0 baseline, 0xC2 progressive, ...
    pub(crate) marker: u8,
    pub(crate) precision: u8,
    pub(crate) size: Size,
    /// Horizontal and vertical sampling factor of each component.
    pub(crate) sampling: Vec<(u8, u8)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Segments<'a> {
    pub(crate) frame: Option<Frame>,
    /// TIFF structure inside APP1.
    pub(crate) exif: Option<&'a [u8]>,
    pub(crate) xmp: Option<&'a [u8]>,
    /// Photoshop resource blocks of all APP13 segments.
    pub(crate) photoshop: Vec<u8>,
    pub(crate) icc: Option<Vec<u8>>,
    /// Colour transform of the Adobe marker: 0 none, 1 YCbCr, 2 YCCK.
    pub(crate) adobe: Option<u8>,
}

impl<'a> Segments<'a> {
    /// Reads what is there and stops at the first scan or at damage; never fails.
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        let mut s = Self::default();
        let mut chunks: Vec<(u8, u8, &[u8])> = Vec::new();
        let mut at = 2;
        while let Some(&[0xFF, marker]) = bytes.get(at..at + 2) {
            match marker {
                0xFF => {
                    at += 1;
                    continue;
                }
                0x01 | 0xD0..=0xD8 => {
                    at += 2;
                    continue;
                }
                0xD9 | 0xDA => break,
                _ => {}
            }
            let Some(&[h, l]) = bytes.get(at + 2..at + 4) else { break };
            let length = usize::from(u16::from_be_bytes([h, l]));
            let Some(data) = bytes.get(at + 4..(at + 2 + length).max(at + 4)) else { break };
            s.segment(marker, data, &mut chunks);
            at += 2 + length.max(2);
        }
        s.icc = assemble(chunks);
        s
    }

    fn segment(&mut self, marker: u8, data: &'a [u8], chunks: &mut Vec<(u8, u8, &'a [u8])>) {
        match marker {
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) && self.frame.is_none() => {
                self.frame = frame(marker, data);
            }
            0xE1 => {
                if let Some(t) = data.strip_prefix(b"Exif\0") {
                    self.exif = self.exif.or(t.get(1..));
                } else if let Some(x) = data.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
                    self.xmp = self.xmp.or(Some(x));
                }
            }
            0xE2 => {
                if let Some([number, of, rest @ ..]) = data.strip_prefix(b"ICC_PROFILE\0") {
                    chunks.push((*number, *of, rest));
                }
            }
            0xED => {
                if let Some(p) = data.strip_prefix(b"Photoshop 3.0\0") {
                    self.photoshop.extend_from_slice(p);
                }
            }
            0xEE => {
                if let Some(rest) = data.strip_prefix(b"Adobe") {
                    self.adobe = rest.get(6).copied();
                }
            }
            _ => {}
        }
    }
}

fn frame(marker: u8, data: &[u8]) -> Option<Frame> {
    let &[precision, h0, h1, w0, w1, n, ref rest @ ..] = data else { return None };
    let size = Size::new(u16::from_be_bytes([w0, w1]).into(), u16::from_be_bytes([h0, h1]).into());
    let sampling: Vec<(u8, u8)> =
        rest.chunks_exact(3).take(n.into()).map(|c| (c[1] >> 4, c[1] & 15)).collect();
    (sampling.len() == usize::from(n)).then_some(Frame { marker, precision, size, sampling })
}

/// Chunks are numbered from 1 and may come in any order (ICC.1 annex B.4). A set with gaps is no profile.
fn assemble(mut chunks: Vec<(u8, u8, &[u8])>) -> Option<Vec<u8>> {
    chunks.sort_by_key(|c| c.0);
    let of = usize::from(chunks.first()?.1);
    let whole = chunks.len() == of && chunks.iter().enumerate().all(|(i, c)| usize::from(c.0) == i + 1);
    whole.then(|| chunks.iter().flat_map(|c| c.2).copied().collect())
}
