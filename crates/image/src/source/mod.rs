//! Files become pixels: which format it is, what it says about itself, and its samples.

mod jpeg;
mod lossless;
mod raster;
pub(crate) mod segments;

use crate::colour::Colour;
use crate::error::ImageError;
use crate::geometry::{Size, upright};
use crate::limits::Limits;
use crate::metadata::exif;
use crate::request::{Format, Probe};
use segments::Segments;

/// Interleaved samples, one or three channels, no alpha, as stored (not yet upright).
#[derive(Debug)]
pub(crate) struct Pixels {
    pub(crate) size: Size,
    pub(crate) channels: usize,
    pub(crate) samples: Samples,
    pub(crate) colour: Colour,
}

#[derive(Debug)]
pub(crate) enum Samples {
    U8(Vec<u8>),
    U16(Vec<u16>),
}

impl Samples {
    /// A decoder that returns another number than the header promised is not to be trusted.
    fn expect(&self, count: u64) -> Result<(), ImageError> {
        let len = match self {
            Self::U8(s) => s.len(),
            Self::U16(s) => s.len(),
        };
        if len as u64 == count {
            Ok(())
        } else {
            Err(ImageError::corrupt("the decoder returned another size"))
        }
    }
}

/// Everything known before decoding.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    pub(crate) format: Format,
    pub(crate) size: Size,
    pub(crate) orientation: u8,
    pub(crate) colour: Colour,
    pub(crate) bit_depth: u8,
    pub(crate) has_icc: bool,
    pub(crate) segments: Segments<'a>,
}

pub(crate) fn format(bytes: &[u8]) -> Result<Format, ImageError> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Ok(Format::Png),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Ok(Format::Tiff),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Format::WebP),
        [] => Err(ImageError::Truncated { what: "it is empty".into() }),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i' | b'v', ..]
        | [_, _, _, _, b'f', b't', b'y', b'p', b'm', b'i', b'f', ..] => Err(ImageError::unsupported("HEIC")),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f', ..] => {
            Err(ImageError::unsupported("AVIF"))
        }
        [_, _, _, _, b'f', b't', b'y', b'p', b'c', b'r', b'x', ..] | [b'F', b'U', b'J', b'I', ..] => {
            Err(ImageError::unsupported("a camera's raw file"))
        }
        [b'I', b'I', 43, 0, ..] | [b'M', b'M', 0, 43, ..] => Err(ImageError::unsupported("BigTIFF")),
        [b'G', b'I', b'F', b'8', ..] => Err(ImageError::unsupported("GIF")),
        _ => Err(ImageError::unsupported("this kind of file (its content is no picture known here)")),
    }
}

/// Reads the header and holds it against the limits.
pub(crate) fn header<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Header<'a>, ImageError> {
    let format = format(bytes)?;
    let header = match format {
        Format::Jpeg => jpeg::header(bytes)?,
        Format::Png | Format::Tiff | Format::WebP => raster::header(bytes, format)?,
    };
    limits.check_size(header.size)?;
    Ok(header)
}

/// Colours and orientation from the profile, else from EXIF.
pub(crate) fn meaning(icc: Option<Vec<u8>>, exif: Option<&[u8]>) -> (Colour, u8) {
    let basics = exif.map(exif::basics).unwrap_or_default();
    let colour = match icc {
        Some(bytes) if !bytes.is_empty() => Colour::Icc(bytes),
        _ if basics.adobe_rgb => Colour::AdobeRgb,
        _ => Colour::Srgb,
    };
    (colour, basics.orientation)
}

/// All pixels at full size.
pub(crate) fn decode(bytes: &[u8], header: &Header<'_>, limits: &Limits) -> Result<Pixels, ImageError> {
    match header.format {
        Format::Jpeg => jpeg::decode(bytes, header, limits),
        _ => raster::decode(bytes, header, limits),
    }
}

/// Looks at a file without decoding its pixels.
///
/// Errors name what is wrong in the photographer's words; a picture above `limits` is refused here.
pub fn probe(bytes: &[u8], limits: &Limits) -> Result<Probe, ImageError> {
    let h = header(bytes, limits)?;
    Ok(Probe {
        format: h.format,
        stored: h.size,
        orientation: h.orientation,
        upright: upright(h.orientation, h.size),
        colour: h.colour.name(),
        has_icc: h.has_icc,
        bit_depth: h.bit_depth,
    })
}
