//! Planes in, baseline JPEG out.

mod fdct;
mod huffman;
mod optimise;
mod scan;
mod segments;

pub(crate) use scan::{Tables, write_scan};

use crate::error::EncodeError;
use crate::tables;

/// How much chroma a picture keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampling {
    /// One plane.
    Grey,
    /// Chroma as large as luma.
    S444,
    /// Chroma half as wide.
    S422,
    /// Chroma half as wide and half as high.
    S420,
}

impl Sampling {
    /// Luma samples per chroma sample, across and down.
    pub fn factors(self) -> (u32, u32) {
        match self {
            Self::Grey | Self::S444 => (1, 1),
            Self::S422 => (2, 1),
            Self::S420 => (2, 2),
        }
    }

    /// Size of a chroma plane for a picture of this size.
    pub fn chroma_size(self, width: u32, height: u32) -> (u32, u32) {
        let (h, v) = self.factors();
        (width.div_ceil(h), height.div_ceil(v))
    }
}

/// One component's samples, row after row.
#[derive(Debug, Clone, Copy)]
pub struct Plane<'a> {
    pub data: &'a [u8],
    /// Samples from one row to the next.
    pub stride: usize,
}

/// An application segment to put in front of the tables.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    /// Second byte of the marker, 0xE0 to 0xEF or 0xFE.
    pub marker: u8,
    pub data: &'a [u8],
}

/// How to encode.
#[derive(Debug, Clone, Copy)]
pub struct EncodeOptions<'a> {
    /// 1 to 100, scaling the standard's example tables as libjpeg does.
    pub quality: u8,
    pub sampling: Sampling,
    /// Huffman tables made for this picture: a few per cent smaller, one more pass over the coefficients.
    pub optimise: bool,
    /// Pixels per inch in the JFIF header.
    pub density: Option<u16>,
    /// Written after the JFIF header, in this order.
    pub segments: &'a [Segment<'a>],
}

impl Default for EncodeOptions<'_> {
    fn default() -> Self {
        Self { quality: 82, sampling: Sampling::S420, optimise: false, density: None, segments: &[] }
    }
}

/// Appends a complete baseline JFIF file to `out`. `planes` are Y, or Y, Cb and Cr with the sizes
/// `Sampling::chroma_size` states.
pub fn encode(
    width: u32,
    height: u32,
    planes: &[Plane<'_>],
    options: &EncodeOptions<'_>,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    check(width, height, planes, options.sampling)?;
    if !(1..=100).contains(&options.quality) {
        return Err(EncodeError::Quality(options.quality));
    }
    if let Some(s) = options.segments.iter().find(|s| s.data.len() > 65_533) {
        return Err(EncodeError::Segment { marker: s.marker, length: s.data.len() });
    }
    let quantisation = tables::quantisation(options.quality);
    segments::start(out, options);
    segments::quantisation(out, &quantisation, planes.len());
    segments::frame(out, width as u16, height as u16, options.sampling);
    if options.optimise {
        optimise::write(width, height, planes, options.sampling, &quantisation, out);
    } else {
        segments::standard_huffman(out, planes.len());
        segments::scan_header(out, planes.len());
        write_scan(width, height, planes, options.sampling, &Tables::standard(&quantisation), out);
    }
    out.extend_from_slice(&[0xFF, 0xD9]);
    Ok(())
}

pub(crate) fn check(
    width: u32,
    height: u32,
    planes: &[Plane<'_>],
    sampling: Sampling,
) -> Result<(), EncodeError> {
    if width == 0 || height == 0 || width > 65_535 || height > 65_535 {
        return Err(EncodeError::Size { width, height });
    }
    if planes.len() != if sampling == Sampling::Grey { 1 } else { 3 } {
        return Err(EncodeError::Planes);
    }
    for (i, p) in planes.iter().enumerate() {
        let (w, h) = if i == 0 { (width, height) } else { sampling.chroma_size(width, height) };
        let (w, h) = (w as usize, h as usize);
        if p.stride < w || p.data.len() < p.stride * (h - 1) + w {
            return Err(EncodeError::Planes);
        }
    }
    Ok(())
}

pub(crate) use segments::{frame, quantisation as quantisation_segment, scan_header, standard_huffman};
