//! The marker segments around a scan.

use super::{EncodeOptions, Sampling};
use crate::tables::{AC_CHROMA, AC_LUMA, DC_CHROMA, DC_LUMA, HuffmanSpec, ZIGZAG};

/// SOI, JFIF header and the caller's application segments.
pub(super) fn start(out: &mut Vec<u8>, options: &EncodeOptions<'_>) {
    out.extend_from_slice(&[0xFF, 0xD8]);
    let (unit, d) = match options.density {
        Some(ppi) => (1, ppi.max(1).to_be_bytes()),
        None => (0, [0, 1]),
    };
    segment(out, 0xE0, &[b'J', b'F', b'I', b'F', 0, 1, 1, unit, d[0], d[1], d[0], d[1], 0, 0]);
    for s in options.segments {
        segment(out, s.marker, s.data);
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, data: &[u8]) {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&((data.len() + 2) as u16).to_be_bytes());
    out.extend_from_slice(data);
}

pub(crate) fn quantisation(out: &mut Vec<u8>, tables: &[[u8; 64]; 2], components: usize) {
    for (id, table) in tables.iter().enumerate().take(if components > 1 { 2 } else { 1 }) {
        let mut data = [0u8; 65];
        data[0] = id as u8;
        for (d, &z) in data[1..].iter_mut().zip(&ZIGZAG) {
            *d = table[usize::from(z)];
        }
        segment(out, 0xDB, &data);
    }
}

/// SOF0.
pub(crate) fn frame(out: &mut Vec<u8>, width: u16, height: u16, sampling: Sampling) {
    let ([h0, h1], [w0, w1]) = (height.to_be_bytes(), width.to_be_bytes());
    let (h, v) = sampling.factors();
    let luma = (h << 4 | v) as u8;
    if sampling == Sampling::Grey {
        segment(out, 0xC0, &[8, h0, h1, w0, w1, 1, 1, 0x11, 0]);
    } else {
        segment(out, 0xC0, &[8, h0, h1, w0, w1, 3, 1, luma, 0, 2, 0x11, 1, 3, 0x11, 1]);
    }
}

pub(super) fn huffman(out: &mut Vec<u8>, class_and_id: u8, spec: &HuffmanSpec<'_>) {
    let mut data = Vec::with_capacity(17 + spec.symbols.len());
    data.push(class_and_id);
    data.extend_from_slice(&spec.counts);
    data.extend_from_slice(spec.symbols);
    segment(out, 0xC4, &data);
}

pub(crate) fn standard_huffman(out: &mut Vec<u8>, components: usize) {
    huffman(out, 0x00, &DC_LUMA);
    huffman(out, 0x10, &AC_LUMA);
    if components > 1 {
        huffman(out, 0x01, &DC_CHROMA);
        huffman(out, 0x11, &AC_CHROMA);
    }
}

/// SOS of a single interleaved scan.
pub(crate) fn scan_header(out: &mut Vec<u8>, components: usize) {
    if components == 1 {
        segment(out, 0xDA, &[1, 1, 0x00, 0, 63, 0]);
    } else {
        segment(out, 0xDA, &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    }
}
